"""Writes the files of this folder: NumPy's, and those of the package safetensors. `python3 make.py`, with NumPy 2.4, ml_dtypes 0.6
and safetensors 0.8; needed only to add a file."""
import io
import pathlib
import zipfile

import ml_dtypes
import numpy as np
import safetensors.numpy
from safetensors import TensorSpec, serialize_file

HERE = pathlib.Path(__file__).parent
KINDS = {"bool": "?", "i8": "i1", "i16": "i2", "i32": "i4", "i64": "i8", "u8": "u1", "u16": "u2", "u32": "u4", "u64": "u8",
         "f16": "f2", "f32": "f4", "f64": "f8", "c64": "c8", "c128": "c16"}


def numbers(code):
    """Six numbers of shape [2,3]: the ends of the integers; -0, inf, nan and a subnormal of the floats."""
    dtype = np.dtype(code)
    if dtype.kind == "b":
        return np.array([[True, False, True], [False, False, True]])
    if dtype.kind in "iu":
        ends = np.iinfo(dtype)
        return np.array([[ends.min, ends.max, 1], [2, 3, 100]], dtype)
    ends = np.finfo(dtype)
    reals = np.array([[0.5, -0.0, np.inf], [np.nan, ends.smallest_subnormal, ends.max]], ends.dtype)
    if dtype.kind == "f":
        return reals.astype(dtype)
    both = np.zeros((2, 3), dtype)
    both.real, both.imag = reals, reals[::-1]
    return both


def npy():
    folder = HERE / "npy"
    folder.mkdir(exist_ok=True)
    for name, code in KINDS.items():
        np.save(folder / f"{name}.npy", numbers(code))
        swapped = np.dtype(code).newbyteorder(">")
        if swapped.itemsize > 1:
            np.save(folder / f"{name}_big.npy", numbers(code).astype(swapped))
    cube = np.arange(24, dtype="i4").reshape(2, 3, 4)
    np.save(folder / "fortran.npy", np.asfortranarray(cube))
    np.save(folder / "fortran_big.npy", np.asfortranarray(cube.astype(">i2")))
    np.save(folder / "scalar.npy", np.float64(2.5))
    np.save(folder / "empty.npy", np.zeros((0, 3), "f4"))
    np.save(folder / "vector.npy", np.arange(5, dtype="i8"))
    np.save(folder / "many_axes.npy", np.arange(8, dtype="u1").reshape((2,) + 12 * (1,) + (4,)))
    for version in (2, 3):
        with open(folder / f"version{version}.npy", "wb") as file:
            np.lib.format.write_array(file, cube, version=(version, 0))


def npz():
    folder = HERE / "npz"
    folder.mkdir(exist_ok=True)
    arrays = {"a": numbers("f4"), "layers[0].weight": np.arange(6, dtype="f8").reshape(2, 3), "π": np.int32(7), "empty": np.zeros((2, 0), "i1")}
    np.savez(folder / "stored.npz", **arrays)
    np.savez_compressed(folder / "deflated.npz", **arrays)

    class Pipe(io.RawIOBase):
        """A file that cannot seek: zipfile then writes data descriptors."""
        def __init__(self, file):
            self.file = file
        def writable(self):
            return True
        def write(self, data):
            return self.file.write(data)

    for name, method in (("stored_descriptors", zipfile.ZIP_STORED), ("deflated_descriptors", zipfile.ZIP_DEFLATED)):
        with open(folder / f"{name}.npz", "wb") as file, zipfile.ZipFile(Pipe(file), "w", method) as archive:
            for key, array in arrays.items():
                with archive.open(key + ".npy", "w", force_zip64=name.startswith("deflated")) as member:
                    np.lib.format.write_array(member, np.asanyarray(array))
    with zipfile.ZipFile(folder / "comment.npz", "w") as archive:
        archive.comment = b"a comment PK\x05\x06 that looks like an end"
        file = io.BytesIO()
        np.save(file, np.arange(3))
        archive.writestr("x.npy", file.getvalue())
    np.savez(folder / "none.npz")


def safe():
    folder = HERE / "safetensors"
    folder.mkdir(exist_ok=True)
    arrays = {name: numbers(code) for name, code in KINDS.items() if name != "c128"}
    safetensors.numpy.save_file(arrays, folder / "every.safetensors")
    safetensors.numpy.save_file({"b": np.arange(3, dtype="f4"), "a": np.array(2.5), "c \"quoted\" π": np.zeros((0, 2), "i2")},
                                folder / "metadata.safetensors", {"format": "np"})
    safetensors.numpy.save_file({}, folder / "none.safetensors")
    halves = np.array([1, -2.5, np.inf], ml_dtypes.bfloat16)
    serialize_file({"halves": TensorSpec(dtype="bfloat16", shape=halves.shape, data_ptr=halves.ctypes.data, data_len=halves.nbytes)}, folder / "bf16.safetensors")


def csv():
    folder = HERE / "csv"
    folder.mkdir(exist_ok=True)
    values = np.array([[1, -2.5, 1e300], [np.nan, np.inf, -np.inf], [0.1, 5e-324, -0.0]])
    np.savetxt(folder / "savetxt.csv", values, delimiter=",", header="a,b,c")
    np.savetxt(folder / "savetxt_plain.csv", values, delimiter=";", fmt="%.17g", newline="\r\n")
    (folder / "quoted.csv").write_bytes(b'"a, b","say ""hi""",c\r\n1,"2.5",\r\n\r\n 4 , +5e2,-.5\r\n')


if __name__ == "__main__":
    npy(), npz(), safe(), csv()
