"""The public verbs and values, in one place: what `import dongcha` offers."""

from dongcha.data.clean import clean
from dongcha.data.join.join import join
from dongcha.data.profile import profile
from dongcha.data.schema import Role, Schema
from dongcha.data.source import read
from dongcha.data.split import Split, check_leak, split
from dongcha.data.table import Table
from dongcha.loop.explain import explain
from dongcha.loop.forecast import forecast, forecasts, write_forecast
from dongcha.loop.mine import mine
from dongcha.loop.run import run
from dongcha.model.folder import load, save
from dongcha.model.ladder import train
from dongcha.report.report import build_report
from dongcha.report.show import Findings
from dongcha.report.write import write_report
from dongcha.serve.annotate import annotate
from dongcha.serve.client import Client
from dongcha.store.project import Project, create_project, open_project

__all__ = [
    "Client",
    "Findings",
    "Project",
    "Role",
    "Schema",
    "Split",
    "Table",
    "annotate",
    "build_report",
    "check_leak",
    "clean",
    "create_project",
    "explain",
    "forecast",
    "forecasts",
    "join",
    "load",
    "mine",
    "open_project",
    "profile",
    "read",
    "run",
    "save",
    "split",
    "train",
    "write_forecast",
    "write_report",
]
