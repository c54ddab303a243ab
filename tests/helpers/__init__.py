"""What several tests share: small books, small trainings, stand-ins."""

from booktools.files import ROOT

__all__ = ["ROOT"]
