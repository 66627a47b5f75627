"""A kubelet for one machine without images: runs a rendered Pod template as local processes.

What it keeps true: arguments, environment, mounted files and their owners, the user and groups, a root
that is read-only, an address of the pod's own, probes, the order of containers, and the way to stop.
What it replaces: the image's files, by an installed application of the same name.
"""
