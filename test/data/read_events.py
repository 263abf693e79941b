"""Prints what the package tensorboard reads from a folder of event files, one value a line."""
import sys

from tensorboard.backend.event_processing import event_accumulator
from tensorboard.util import tensor_util

events = event_accumulator.EventAccumulator(sys.argv[1], size_guidance={"images": 0, "histograms": 0, "tensors": 0, "scalars": 0})
events.Reload()
tags = events.Tags()
for tag in sorted(tags["scalars"]):
    for event in events.Scalars(tag):
        print("scalar", tag, event.step, event.value)
for tag in sorted(tags["histograms"]):
    for event in events.Histograms(tag):
        h = event.histogram_value
        print("histogram", tag, event.step, h.min, h.max, h.num, h.sum, h.sum_squares, sum(h.bucket))
for tag in sorted(tags["images"]):
    for event in events.Images(tag):
        print("image", tag, event.step, event.width, event.height, len(event.encoded_image_string))
for tag in sorted(tags["tensors"]):
    for event in events.Tensors(tag):
        print("text", tag, event.step, tensor_util.make_ndarray(event.tensor_proto)[0].decode())
