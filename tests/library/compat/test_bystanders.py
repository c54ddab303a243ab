"""Other libraries behave the same whether or not nin_utils is imported."""

import importlib.util

import pytest

from helpers.python import output

# What each one does is printed once without nin_utils and once after it.
BEHAVIOUR = {
    "numpy": """
import warnings
warnings.simplefilter("ignore")
x = np.linspace(0, 1, 5, dtype="float32")
print(repr(x), repr(x[1]), repr(np.int64(2)), str((np.float64(2),)))
print(np.get_printoptions(), np.geterr())
print([hasattr(np, name) for name in ("bool", "int", "Inf", "trapz", "core",
    "compat", "product", "in1d", "round_", "PZERO", "mirr")])
print(hasattr(x, "tostring"), np.asarray(x) is x, np.random.seed(3),
      np.random.rand(2))
""",
    "pandas": """
table = pd.DataFrame({"a": [1.5, 2.5, 4.0], "b": list("xyx")})
print(table, table.describe(), table.groupby("b").a.mean().to_dict())
print(table.a.tolist(), [table.a.max()], table.dtypes, repr(table.a.values))
""",
    "scipy": """
from scipy import optimize, sparse, stats
done = optimize.minimize(lambda x: ((x - 3) ** 2).sum(), np.zeros(2))
print(done.x, [done.fun], repr(sparse.eye(3, format="csr")))
print(stats.ttest_ind([1, 2, 3.5], [2, 3, 5.0]))
""",
    "sklearn": """
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
X, y = make_moons(40, random_state=0)
net = LogisticRegression().fit(X, y)
print(net, net.coef_, [net.score(X, y)])
print(KNeighborsClassifier().fit(X, y).predict_proba(X[:3]))
""",
    "torch": """
torch.manual_seed(0)
net = torch.nn.Linear(2, 3)
print(net, net(torch.ones(1, 2)), torch.from_numpy(np.ones(2)))
print(torch.tensor(np.float32(2)), torch.ones(2).numpy().tolist())
print(torch.get_num_threads())
""",
    "matplotlib": """
import matplotlib, logging, warnings
from matplotlib.figure import Figure
print(sorted(matplotlib.rcParams.items()), matplotlib.get_backend())
axes = Figure().subplots()
print(axes.plot([1, 2], np.ones(2))[0].get_xydata(), axes.hist([1, 2, 2]))
print(logging.root.handlers, logging.root.level)
print(sorted({w[0] + w[2].__name__ for w in warnings.filters
              if w[2].__module__ == "builtins"}))
""",
}


ALIAS = {"numpy": "np", "pandas": "pd"}
HERE = [name for name in BEHAVIOUR if importlib.util.find_spec(name)]


@pytest.fixture(scope="module")
def printed():
    """What each library prints alone, after nin_utils, and before it."""
    imports = "".join(f"import {n} as {ALIAS.get(n, n)}\n" for n in HERE)
    code = "".join(f"print('## {n}')\n{BEHAVIOUR[n]}" for n in HERE)
    ours = "import nin_utils\n"
    return [
        dict(part.split("\n", 1) for part in output(program).split("## ")[1:])
        for program in (imports + code, ours + imports + code, imports + ours + code)
    ]


@pytest.mark.parametrize("name", BEHAVIOUR)
def test_library_is_left_alone(name, printed):
    if name not in HERE:
        pytest.skip(f"{name} is not installed here (see `make hosts`)")
    alone, after, before = (one[name] for one in printed)
    assert len(alone) > 50
    assert after == alone
    assert before == alone
