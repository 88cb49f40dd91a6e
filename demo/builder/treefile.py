"""Reads manifests as rpm-ostree does (docs/treefile.md of rpm-ostree), as far as the images of the demo need it."""

import os
import re

import yaml

MAX_DEPTH = 50
# What a child says wins; what is joined begins with what was included; names of packages are a set.
SINGLE = {
    "edition", "recommends", "documentation", "releasever", "selinux", "boot-location", "tmp-is-dir", "default-target",
    "machineid-compat", "opt-usrlocal", "sysusers", "readonly-executables", "no-initramfs", "container", "ref",
    "automatic-version-prefix", "mutate-os-release", "postprocess-script", "check-passwd", "check-groups",
}
JOINED = {"exclude-packages", "postprocess", "remove-files", "remove-from-packages", "add-files", "units", "repos"}
MAPS = {"variables", "metadata", "add-commit-metadata"}
INCLUDES = {"include", "arch-include", "conditional-include"}
COMPARE = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class TreefileError(Exception):
    """A manifest is not one, or says what the stand-in does not know."""


def flatten(path, basearch):
    """One manifest of all that it includes, as `compose tree --print-only` shows it."""
    tree = read(path, basearch, {}, set(), 0)
    tree["packages"] = sorted(set(tree.get("packages", [])))
    both = set(tree["packages"]) & set(tree.get("exclude-packages", []))
    if both:
        raise TreefileError(f"package {min(both)} is both wanted and excluded")
    return tree


def read(path, basearch, variables, seen, depth):
    if depth > MAX_DEPTH:
        raise TreefileError(f"{path}: more than {MAX_DEPTH} files include each other")
    status = os.stat(path)
    if (status.st_dev, status.st_ino) in seen:
        raise TreefileError(f"{path} was already included")
    seen.add((status.st_dev, status.st_ino))
    with open(path, encoding="utf-8") as file:
        tree = yaml.safe_load(file)
    if not isinstance(tree, dict):
        raise TreefileError(f"{path} is no manifest")
    refuse_unknown(path, tree)
    tree["packages"] = packages_of(tree, basearch)
    variables.update({key: value for key, value in own_variables(tree, basearch).items() if key not in variables})
    includes = listed(tree.pop("include", []))
    includes += listed(tree.pop("arch-include", {}).get(basearch, []))
    for condition in tree.pop("conditional-include", []):
        if all([holds(path, one, variables) for one in listed(condition["if"])]):
            if isinstance(condition["include"], dict):
                raise TreefileError(f"{path}: this stand-in knows no manifest inside a condition")
            includes += listed(condition["include"])
    for name in includes:
        merge(tree, read(os.path.join(os.path.dirname(path), name), basearch, variables, seen, depth + 1))
    return tree


def refuse_unknown(path, tree):
    known = SINGLE | JOINED | MAPS | INCLUDES | {"packages"}
    unknown = [key for key in tree if key not in known and not key.startswith("packages-")]
    if unknown:
        raise TreefileError(f"{path}: this stand-in does not know {', '.join(sorted(unknown))}")


def packages_of(tree, basearch):
    wanted = list(tree.pop("packages", None) or []) + list(tree.pop(f"packages-{basearch}", None) or [])
    for key in [key for key in tree if key.startswith("packages-")]:
        tree.pop(key)
    return [name for entry in wanted for name in split(entry)]


def split(entry):
    """`a b` are two packages, `'a >= 2'` is one."""
    if entry.startswith("'") and entry.endswith("'") and len(entry) > 1:
        return [entry[1:-1]]
    return entry.split()


def own_variables(tree, basearch):
    releasever = {"releasever": tree["releasever"]} if "releasever" in tree else {}
    return {**tree.get("variables", {}), **releasever, "basearch": basearch}


def holds(path, condition, variables):
    match = re.fullmatch(r'\s*(\w+)\s*(==|!=|<=|>=|<|>)\s*("(?:[^"\\]|\\.)*"|\S+)\s*', condition)
    if not match or match[1] not in variables:
        raise TreefileError(f"{path}: {condition} cannot be decided")
    value = yaml.safe_load(match[3])
    if type(value) is not type(variables[match[1]]):
        raise TreefileError(f"{path}: {condition} compares unlike values")
    return COMPARE[match[2]](variables[match[1]], value)


def merge(child, included):
    for key, value in included.items():
        if key == "packages" or key in JOINED:
            child[key] = value + child.get(key, [])
        elif key in MAPS:
            child[key] = {**value, **child.get(key, {})}
        else:
            child.setdefault(key, value)


def listed(value):
    return list(value) if isinstance(value, list) else [value]
