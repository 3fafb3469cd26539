"""What the environment of every kernel says, forked or not."""

from __future__ import annotations

# Every thread pool of the numerical libraries is fixed: their sums depend on how work is split.
KERNEL_ENVIRONMENT = {
    "JUPYTER_PREFER_ENV_PATH": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
}

# A fork copies one thread alone: the allocator of Arrow keeps none beside it. And matplotlib reads
# its backend when it is imported; a kernel would name this one, but here the import comes first.
SERVER_ENVIRONMENT = {
    **KERNEL_ENVIRONMENT,
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
