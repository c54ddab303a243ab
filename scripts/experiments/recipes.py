"""How networks are trained: what a recipe says, and the recorded runs."""

import dataclasses

from nin_utils import models
from nin_utils.data import sets

import mxnet as mx
from mxnet import gluon, init, lr_scheduler
from mxnet.gluon import nn

MEAN, DEVIATION = 0.2860, 0.3530  # of all pixels of the training images
NUM_VALIDATION = 10_000  # the last training images: choices are made on them


def standardised(X):
    """Return images in [0, 1] with mean 0 and standard deviation 1."""
    return (X - MEAN) / DEVIATION


class Recipe:
    """How a network begins and learns: the base of all that is planned.

    `Run` and the cells of the grids are dataclasses with these attributes as
    fields, in the order in which they are recorded; what is no field of one
    is as here.

    Attributes
    ----------
    seed : int
        Of the weights; and, for who trains, of the order of the images and
        the dropout.
    init : str
        A class of `mxnet.init` and, if it is Normal, its standard deviation:
        "Normal(0.05)", or "Normal" and `sigma`.
    last_sigma : float or None
        Standard deviation of the weights of the last convolution, if another.
    optimizer : str
        MXNet's name of it.
    lr : float
        Learning rate, the highest one.
    momentum, wd : float
        Options of the optimizer.
    last_lr_mult : float
        Factor to the learning rate of the last convolution.
    schedule : str
        "constant"; "cosine", down to 0; or "step", a tenth from 60 % of the
        steps on and a hundredth from 80 % on.
    warmup_steps : int
        Steps in which the learning rate rises from 0.
    data : str
        What is learnt: a function of `nin_utils.data`.
    """

    data = "fashion_mnist"
    sigma = last_sigma = None
    optimizer = "sgd"
    last_lr_mult = 1.0
    schedule = "constant"
    warmup_steps = 0

    @property
    def data_set(self):
        """The files that `data` reads, a `nin_utils.data.sets.DataSet`."""
        return getattr(sets, self.data.upper())

    def trainer(self, net, num_steps):
        """Initialise a network; return what trains it for so many steps.

        Parameters
        ----------
        net : mxnet.gluon.Block
            Not initialised.
        num_steps : int
            Batches in all.

        Returns
        -------
        mxnet.gluon.Trainer
        """
        mx.random.seed(self.seed)
        name, _, sigma = self.init.rstrip(")").partition("(")
        spread = [float(x) for x in (sigma, self.sigma) if x]
        net.initialize(getattr(init, name)(*spread))
        last = last_convolution(net)
        if self.last_sigma is not None:
            last.initialize(init.Normal(self.last_sigma), force_reinit=True)
        last.collect_params().setattr("lr_mult", self.last_lr_mult)
        rates = {"base_lr": self.lr, "warmup_steps": self.warmup_steps}
        scheduler = None
        if self.schedule == "cosine":
            scheduler = lr_scheduler.CosineScheduler(num_steps, **rates)
        elif self.schedule == "step":
            scheduler = lr_scheduler.MultiFactorScheduler(
                [num_steps * 6 // 10, num_steps * 8 // 10], 0.1, **rates
            )
        options = {
            "learning_rate": self.lr,
            "momentum": self.momentum,
            "wd": self.wd,
            "lr_scheduler": scheduler,
        }
        return gluon.Trainer(net.collect_params(), self.optimizer, options)


def last_convolution(net):
    """Return the layer whose outputs are the class scores, or their maps."""
    layers = []
    net.apply(layers.append)
    return [x for x in layers if isinstance(x, (nn.Conv2D, nn.Dense))][-1]


@dataclasses.dataclass(frozen=True)
class Run(Recipe):
    """One training, from the network to the last epoch.

    Attributes
    ----------
    network : str
        A function of `nin_utils.models`, called with `options`.
    resize : int or None
        Height and width of the pictures in pixels; 28 if None.
    augment : int or None
        Mirror the pictures and move them by up to so many pixels.
    canvases : tuple of int
        Instead: put them, mirrored or not, in any size at any place of a
        larger black square; its side in pixels is drawn for each batch.
    num_train : int or None
        Train on so many pictures, the first of the file; on all if None.
    ship : bool
        Save the weights for the package.
    """

    network: str
    options: dict = dataclasses.field(default_factory=dict)
    init: str = "Xavier"
    sigma: float = None
    optimizer: str = "sgd"
    lr: float = 0.1
    momentum: float = 0.0
    wd: float = 0.0
    last_lr_mult: float = 1.0
    schedule: str = "constant"
    warmup_steps: int = 0
    batch_size: int = 128
    num_epochs: int = 5
    resize: int = None
    augment: int = None
    canvases: tuple = ()
    num_train: int = None
    seed: int = 0
    ship: bool = False
    data: str = "fashion_mnist"

    @property
    def weights(self):
        """The name of the weights in the package."""
        return self.network + ("_canvas" if self.canvases else "")

    def build(self):
        """Return the network, not initialised."""
        return getattr(models, self.network)(**self.options)


# Batch normalisation, He's initialisation, momentum, a schedule.
_MODERN = Run(
    network="nin_mnist",
    options={"batch_norm": True, "dropout": 0.2},
    init="MSRAPrelu",
    optimizer="nag",
    momentum=0.9,
    wd=5e-4,
    schedule="cosine",
    warmup_steps=100,
)
_SEED = Run(network="nin", resize=96)
# The author's configuration for MNIST. The paper does not name the rates; his
# file, as we read it, says 0.1.
_PAPER = Run(
    network="nin_mnist",
    init="Normal",
    sigma=0.05,
    momentum=0.9,
    wd=1e-4,
    last_lr_mult=0.1,
    schedule="step",
    num_epochs=6,
)


#: In the order in which `make full` makes them.
RUNS = {
    "nin_96": dataclasses.replace(_MODERN, network="nin", resize=96),
    # The tutorial's own recipe.
    **{f"seed_96_{seed}": dataclasses.replace(_SEED, seed=seed) for seed in range(2)},
    # The weights that come with nin_utils.
    "nin_mnist": dataclasses.replace(
        _MODERN,
        options={"batch_norm": True, "dropout": 0.0},
        num_epochs=20,
        augment=1,
        ship=True,
    ),
    # They stay accurate where the garment moves: for the lab in the browser.
    "nin_mnist_canvas": dataclasses.replace(
        _MODERN,
        options={"batch_norm": True, "dropout": 0.0},
        num_epochs=4,
        canvases=(28, 40, 48),
        ship=True,
    ),
    "nin_112": dataclasses.replace(_MODERN, network="nin", resize=112, ship=True),
    # The networks it is compared with, by d2l's recipes.
    "lenet_28": Run("lenet", lr=0.9, batch_size=256),
    "vgg_96": dataclasses.replace(_SEED, network="vgg", lr=0.05),
    # VGG with the recipe of nin_96, at its rate and at a tenth of it; and
    # both networks with other seeds.
    "vgg_bn_96": dataclasses.replace(_MODERN, network="vgg", resize=96),
    "vgg_bn_96_tenth": dataclasses.replace(_MODERN, network="vgg", resize=96, lr=0.01),
    "vgg_bn_96_1": dataclasses.replace(_MODERN, network="vgg", resize=96, seed=1),
    **{
        f"nin_96_{seed}": dataclasses.replace(
            _MODERN, network="nin", resize=96, seed=seed
        )
        for seed in (1, 2)
    },
    "alexnet_96": dataclasses.replace(_SEED, network="alexnet", lr=0.01),
    "nin_mnist_paper": _PAPER,
    "nin_mnist_paper_tenth": dataclasses.replace(_PAPER, lr=0.01),
    # Five seeds of NiN at 96 pixels, with and without the ReLU at its end;
    # AlexNet and VGG with the same recipe, three of each.
    **{
        f"nin_96_{seed}": dataclasses.replace(
            _MODERN, network="nin", resize=96, seed=seed
        )
        for seed in (3, 4)
    },
    **{
        f"nin_96_open_{seed}": dataclasses.replace(
            _MODERN,
            network="nin",
            options={**_MODERN.options, "last_relu": False},
            resize=96,
            seed=seed,
        )
        for seed in range(5)
    },
    "vgg_bn_96_2": dataclasses.replace(_MODERN, network="vgg", resize=96, seed=2),
    **{
        f"alexnet_bn_96_{seed}": dataclasses.replace(
            _MODERN, network="alexnet", resize=96, seed=seed
        )
        for seed in range(3)
    },
    # The paper's own data set, without and with the paper's dropout.
    **{
        f"mnist_{'dropout_' * bool(dropout)}{seed}": dataclasses.replace(
            _MODERN,
            options={"batch_norm": True, "dropout": dropout},
            num_epochs=10,
            seed=seed,
            data="mnist",
        )
        for dropout in (0.5, 0.0)
        for seed in range(3)
    },
    # Photographs: the network that the paper's headline is about.
    "nin_cifar10_50": dataclasses.replace(
        _MODERN,
        network="nin_cifar10",
        num_epochs=50,
        augment=4,
        ship=True,
        data="cifar10",
    ),
}
