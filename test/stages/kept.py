"""Every function of a public header that gives a new array or tree is [[nodiscard]], by its own attribute or by that of the
class it returns: arrays and trees never change, so what is not kept is lost without a word."""
import re

from .case import Case

INSIDE = {"stdlib/data/samples.h", "stdlib/data/pipeline.h", "stdlib/train/manifest.h", "dsl/trace.h", "dsl/ops/einsum_plan.h", "dsl/ops/settled.h", "dsl/ops/index_plan.h", "dsl/ops/window_plan.h", "dsl/linalg/parts.h", "stdlib/io/byte_source.h", "stdlib/io/csv_rows.h", "stdlib/io/elements.h", "stdlib/io/file_use.h", "stdlib/io/input_file.h", "stdlib/io/little_endian.h", "stdlib/io/named_leaves.h",
          "stdlib/io/npy_dictionary.h", "stdlib/io/npy_format.h", "stdlib/io/output_file.h", "stdlib/io/safetensors_header.h", "stdlib/io/utf8.h", "stdlib/io/zip_directory.h", "stdlib/io/zip_records.h"}  # headers for the library itself
INNER = {"detail", "tree", "name_detail", "codegen"}  # namespaces that are not the user's
SPECIFIER = re.compile(r"(inline|static|constexpr|consteval|friend|explicit|virtual|typename)\b\s*")
# Results that nobody mistakes for a change of what was given.
PLAIN = re.compile(r"(const )?(void|History|Logs|bool|int|float|double|char|std::(u?int\d+_t|size_t|string|string_view|source_location|ostream)|Where|DType|Device)\b[^<]*")
MARKED = re.compile(r"\b(?:class|struct)\s*\[\[nodiscard(?:\(\"[^\"]*\"\))?\]\]\s*(\w+)")
BRACKETS = {"(": ")", "<": ">", "[": "]", "{": "}"}


def bare(text):
    """A source without comments, preprocessor lines and what stands in quotes."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/|^\s*#[^\n]*", "", text, flags=re.S | re.M)
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', re.sub(r"'(?:[^'\\]|\\.)'", "0", text))


def closing(text, start):
    """The index behind the bracket that closes the one at `start`; of angles, arrows and comparisons in parentheses are none."""
    opening, depth = text[start], 0
    for i in range(start, len(text)):
        if text[i] in "([{" and text[i] != opening:
            if opening == "<" and text[i] == "(" or opening != "<":
                continue
        if text[i] == opening:
            depth += 1
        elif text[i] == BRACKETS[opening] and text[i - 1] != "-":
            depth -= 1
            if depth == 0:
                return i + 1
    return len(text)


def without_heads(text):
    """A declaration without its template heads, constraints, attributes and specifiers."""
    while True:
        text = text.strip()
        if text.startswith("template"):
            text = text[closing(text, text.index("<")):]
        elif text.startswith("requires"):
            text = text[len("requires"):].strip()
            while True:
                if text.startswith("("):
                    text = text[closing(text, 0):].strip()
                elif term := re.match(r"!?[\w:]+\s*(?=<)", text):
                    text = text[closing(text, term.end()):].strip()
                if not text.startswith(("&&", "||")):
                    break
                text = text[2:].strip()
        elif text.startswith("[["):
            text = text[text.index("]]") + 2:]
        elif specifier := SPECIFIER.match(text):
            text = text[specifier.end():]
        else:
            return text


def signature(declaration):
    """(result, name) of a declaration of a function, or None."""
    text = without_heads(declaration)
    depth = 0
    for i, letter in enumerate(text):
        depth += (letter == "<") - (letter == ">" and text[i - 1] != "-")
        if letter == "=" and depth == 0 and "operator" not in text[:i]:
            return None
        if letter == "(" and (depth == 0 or "operator" in text[:i]):
            head = text[:i].strip()
            name = re.search(r"(operator\s*(\(\)|[^\w\s]+|\[\])?|~?[\w:]+)$", head)
            if not name or head.endswith("operator"):
                return None if not head.endswith("operator") else (head[: -len("operator")].strip(), "operator()")
            return head[: name.start()].strip(), name[0]
    return None


def declarations(text):
    """The public declarations of a source, outside of functions and of the library's inner namespaces."""
    scopes, start, i = [], 0, 0  # per scope: is it the user's
    text = bare(text)
    while i < len(text):
        letter = text[i]
        if letter == "(":
            i = closing(text, i)
            continue
        if letter in ";{}":
            declaration, start = text[start:i].strip(), i + 1
            declaration = declaration.rsplit("public:", 1)[-1].strip()
            for label in re.findall(r"\b(public|private|protected)\s*:", text[: i][-len(declaration) - 12:]):
                if scopes:
                    scopes[-1] = label == "public"
            visible = all(scopes)
            if letter == "}":
                scopes = scopes[:-1]
            elif letter == "{":
                head = without_heads(declaration)
                if match := re.match(r"namespace\s*([\w:]*)", head):
                    scopes.append(not INNER & set(match[1].split("::")))
                elif re.match(r"(class|struct|union)\b", head) and "(" not in head.split("{")[0].replace('("")', ""):
                    scopes.append(True)
                else:
                    if visible and declaration:
                        yield declaration
                    i = start = closing(text, i)
                    continue
            elif visible and declaration:
                yield declaration
        i += 1


def unmarked(text, classes):
    for declaration in declarations(text):
        found = signature(declaration)
        if not found or "[[nodiscard" in declaration or re.match(r"(using|typedef|static_assert|return|friend)\b", declaration):
            continue
        result, name = found
        inner = re.sub(r"<.*", "", result).split("::")[-1].strip()
        if not result or result.startswith("operator") or result.endswith(("&", "*", ",", ":")) or PLAIN.fullmatch(result) or inner in classes or name.endswith(("operator()", "::mutate", "::replace")):
            continue
        yield f"{result} {name}"


def stage(context):
    paths = [path for folder in ("dsl", "stdlib") for path in sorted((context.source / folder).rglob("*.h"))]
    texts = {path.relative_to(context.source).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    classes = {name for text in texts.values() for name in MARKED.findall(text)}
    for name, text in texts.items():
        if name not in INSIDE and context.wants(f"kept: {name}"):
            lost = list(unmarked(text, classes))
            yield Case(f"kept: {name}", not lost, "\n".join(f"{function} is not [[nodiscard]]" for function in lost))
