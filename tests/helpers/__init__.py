"""What several tests share: small books, small trainings, stand-ins."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
