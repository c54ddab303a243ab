"""The recorded runs: what is trained, and how."""

import dataclasses

from nin_utils import models

from mxnet import init, lr_scheduler


@dataclasses.dataclass(frozen=True)
class Run:
    """One training, from the network to the last epoch.

    Attributes
    ----------
    network : str
        A function of `nin_utils.models`, called with `options`.
    init : str
        A class of `mxnet.init`, with `sigma` if it is Normal.
    last_lr_mult : float
        Factor to the learning rate of the last convolution.
    schedule : str
        "constant"; "cosine", down to 0; or "step", a tenth from 60 % of the
        steps on and a hundredth from 80 % on.
    warmup_steps : int
        Steps in which the learning rate rises from 0.
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

    @property
    def weights(self):
        """The name of the weights in the package."""
        return self.network + ("_canvas" if self.canvases else "")

    def build(self):
        """Return the network, initialised."""
        net = getattr(models, self.network)(**self.options)
        sigma = () if self.sigma is None else (self.sigma,)
        net.initialize(getattr(init, self.init)(*sigma))
        return net

    def optimizer_params(self, num_steps):
        """Return the options of the optimizer for so many steps."""
        params = {"learning_rate": self.lr, "wd": self.wd}
        if self.momentum:
            params["momentum"] = self.momentum
        warmup = {"warmup_steps": self.warmup_steps}
        if self.schedule == "cosine":
            params["lr_scheduler"] = lr_scheduler.CosineScheduler(
                max_update=num_steps, base_lr=self.lr, **warmup
            )
        elif self.schedule == "step":
            params["lr_scheduler"] = lr_scheduler.MultiFactorScheduler(
                [num_steps * 6 // 10, num_steps * 8 // 10],
                factor=0.1,
                base_lr=self.lr,
                **warmup,
            )
        return params


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
    # How few pictures pass the tutorial's final accuracy?
    **{
        f"nin_mnist_12800_{seed}": dataclasses.replace(
            _MODERN, num_train=12_800, num_epochs=1, warmup_steps=10, seed=seed
        )
        for seed in range(3)
    },
    "nin_96": dataclasses.replace(_MODERN, network="nin", resize=96),
    # The tutorial's own recipe.
    **{
        f"seed_96_{seed}": dataclasses.replace(_SEED, seed=seed)
        for seed in range(2)
    },
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
    "nin_112": dataclasses.replace(
        _MODERN, network="nin", resize=112, ship=True
    ),
    # The networks it is compared with, by d2l's recipes.
    "lenet_28": Run("lenet", lr=0.9, batch_size=256),
    "vgg_96": dataclasses.replace(_SEED, network="vgg", lr=0.05),
    # VGG with the recipe of nin_96, at its rate and at a tenth of it; and
    # both networks with other seeds.
    "vgg_bn_96": dataclasses.replace(_MODERN, network="vgg", resize=96),
    "vgg_bn_96_tenth": dataclasses.replace(
        _MODERN, network="vgg", resize=96, lr=0.01
    ),
    "vgg_bn_96_1": dataclasses.replace(
        _MODERN, network="vgg", resize=96, seed=1
    ),
    **{
        f"nin_96_{seed}": dataclasses.replace(
            _MODERN, network="nin", resize=96, seed=seed
        )
        for seed in (1, 2)
    },
    "alexnet_96": dataclasses.replace(_SEED, network="alexnet", lr=0.01),
    "nin_mnist_paper": _PAPER,
    "nin_mnist_paper_tenth": dataclasses.replace(_PAPER, lr=0.01),
}
