"""Real image data: fetched from several sources, checked by content, kept as one neutral file a data set."""

from grokscope.data.catalogue import DATASETS, DatasetInfo, PackageInfo, dataset_info
from grokscope.data.dataset import ImageDataset, load_dataset
from grokscope.data.ensure import ensure_dataset
from grokscope.data.subset import training_subset

__all__ = [
    "DATASETS",
    "DatasetInfo",
    "ImageDataset",
    "PackageInfo",
    "dataset_info",
    "ensure_dataset",
    "load_dataset",
    "training_subset",
]
