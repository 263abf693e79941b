"""`cmake --install` to a fresh folder, then an outside project that finds the package, builds against it, and runs."""
import os
import pathlib
import tempfile

from .case import Case, last_lines, run


def steps(context, folder):
    prefix, build = os.path.join(folder, "prefix"), os.path.join(folder, "build")
    outside = context.source / "test" / "package"
    yield "install", ["cmake", "--install", context.build, "--prefix", prefix]
    yield "configure", ["cmake", "-S", outside, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}"]
    yield "build", ["cmake", "--build", build]
    yield "run", [os.path.join(build, "outside")]


def stage(context):
    if not context.wants("package") or not (context.source / "espalier.h").exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, command in steps(context, folder):
            output = run(command)
            yield Case(f"package: {name}", output.code == 0, last_lines(output.text))
            if output.code != 0:
                return
        headers = sorted(pathlib.Path(folder, "prefix/include/espalier").rglob("*"))
        links = [str(path) for path in headers if path.is_symlink()]  # as the tree's own include/ has them
        yield Case("package: the headers are real files", bool(headers) and not links, "\n".join(links))
