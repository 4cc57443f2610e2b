"""A synthetic city in the agencies' own tables, for a first look, for tests and for measuring; nobody in it exists.

All subjects stand under region 410199, which is not assigned, and codes that begin ``DEM``; check characters are
right. ``write_city`` fills the five databases, ``benchmark_subjects`` names legal persons worth asking about.
"""

from connectors.demonstration.city import CROWDS, METADATA, Progress, Size, Written, benchmark_subjects, write_city
from connectors.demonstration.parties import sample

__all__ = ["CROWDS", "METADATA", "Progress", "Size", "Written", "benchmark_subjects", "sample", "write_city"]
