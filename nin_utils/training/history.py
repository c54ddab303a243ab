"""The record of a training."""

import dataclasses


@dataclasses.dataclass(repr=False)
class History:
    """What was measured in each epoch; prints as `train` prints.

    Attributes
    ----------
    loss : list of float
        Mean cross-entropy over the epoch's examples, in nats.
    train_acc : list of float
        Share of right predictions while the weights were changing.
    test_acc : list of float
        Share of right predictions on the test data after the epoch.
    seconds : list of float
        Time that the epoch took, with its evaluation.
    """

    loss: list = dataclasses.field(default_factory=list)
    train_acc: list = dataclasses.field(default_factory=list)
    test_acc: list = dataclasses.field(default_factory=list)
    seconds: list = dataclasses.field(default_factory=list)

    def add(self, loss, train_acc, test_acc, seconds):
        """Append the figures of one epoch."""
        self.loss.append(loss)
        self.train_acc.append(train_acc)
        self.test_acc.append(test_acc)
        self.seconds.append(seconds)

    def __len__(self):
        return len(self.loss)

    def __repr__(self):
        rows = zip(self.loss, self.train_acc, self.test_acc, self.seconds)
        return "\n".join(
            f"epoch {epoch}, loss {loss:.4f}, train acc {train_acc:.3f}, "
            f"test acc {test_acc:.3f}, time {seconds:.1f} sec"
            for epoch, (loss, train_acc, test_acc, seconds) in enumerate(
                rows, 1
            )
        )
