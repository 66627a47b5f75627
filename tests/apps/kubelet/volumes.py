"""Volumes of a pod as directories of this machine, with the owners and modes that a kubelet gives them."""

import os
import pathlib
import shutil

from .environment import ConfigError, field

READ_ONLY_KINDS = ("configMap", "secret", "projected", "downwardAPI")


class Volume:
    """One volume: its directory, and whether containers may ever write to it."""

    def __init__(self, path, writable, kind):
        self.path = path
        self.writable = writable
        self.kind = kind


def make(pod, world, scratch, group):
    """Every volume of the pod by name. `group` is the pod's fsGroup, or None."""
    made = {}
    for volume in pod["spec"].get("volumes") or []:
        made[volume["name"]] = one(volume, pod, world, pathlib.Path(scratch), group)
    return made


def one(volume, pod, world, scratch, group):
    kind = next((key for key in volume if key != "name"), "emptyDir")
    source = volume.get(kind) or {}
    if kind == "persistentVolumeClaim":
        path = world.claim(source["claimName"])
        own_directory(path, group)
        return Volume(path, not source.get("readOnly", False), kind)
    if kind == "image":
        path = world.image_volume(source.get("reference", ""))
        return Volume(path, False, kind)
    path = scratch / "volumes" / volume["name"]
    path.mkdir(parents=True)
    if kind in ("emptyDir", "ephemeral"):
        os.chmod(path, 0o777)
        own_directory(path, group)
        return Volume(path, True, kind)
    if kind not in READ_ONLY_KINDS:
        raise ConfigError(f"volume {volume['name']}: {kind} cannot be made here")
    for name, (data, mode) in contents(kind, source, pod, world).items():
        write(path, name, data, mode, group)
    return Volume(path, False, kind)


def own_directory(path, group):
    """A volume that takes an fsGroup belongs to that group, whose members may write."""
    if group is None:
        return
    for place in [path, *(inner for inner in pathlib.Path(path).rglob("*") if not inner.is_symlink())]:
        os.chown(place, -1, group)
        mode = place.stat().st_mode & 0o7777
        os.chmod(place, mode | (0o2770 if place.is_dir() else 0o660))


def write(root, name, data, mode, group):
    place = root / name
    if ".." in pathlib.PurePath(name).parts or pathlib.PurePath(name).is_absolute():
        raise ConfigError(f"{name!r} leaves its volume")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    if group is not None:
        os.chown(place, 0, group)
        mode |= 0o440
    os.chmod(place, mode)


def contents(kind, source, pod, world):
    """File name -> (bytes, mode)."""
    mode = source.get("defaultMode", 0o644)
    if kind == "projected":
        files = {}
        for part in source.get("sources") or []:
            inner = next(iter(part))
            files.update(contents(inner, {"defaultMode": mode, **part[inner]}, pod, world))
        return files
    if kind == "downwardAPI":
        return {
            item["path"]: (field(item["fieldRef"]["fieldPath"], pod).encode(), item.get("mode", mode))
            for item in source.get("items") or []
        }
    if kind == "serviceAccountToken":
        return {source["path"]: (b"not-a-token", mode)}
    named = {"configMap": ("ConfigMap", "name"), "secret": ("Secret", "secretName")}[kind]
    name = source.get(named[1]) or source.get("name")
    data = world.data(named[0], name)
    if data is None:
        if source.get("optional"):
            return {}
        raise ConfigError(f"{named[0].lower()} \"{name}\" not found")
    if "items" not in source:
        return {key: (value, mode) for key, value in data.items()}
    files = {}
    for item in source["items"]:
        if item["key"] in data:
            files[item["path"]] = (data[item["key"]], item.get("mode", mode))
        elif not source.get("optional"):
            raise ConfigError(f"references non-existent secret key: {item['key']}")
    return files


def seed(path, files, owner=None):
    """Lays files into a claim before the pod starts: name -> path of the file to copy."""
    for name, origin in files.items():
        place = pathlib.Path(path) / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, place)
        if owner is not None:
            os.chown(place, owner, -1)
