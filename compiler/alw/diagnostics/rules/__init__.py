"""The rules that belong to no single check, by what they are about; see :mod:`..rule`."""

from ..rule import Rule as Rule
from ..rule import Severity as Severity
from .command_rules import *
from .dataset_rules import *
from .engine_rules import *
from .file_rules import *
from .loop_rules import *
from .name_rules import *
from .option_rules import *
from .sandbox_rules import *
from .stream_rules import *
from .text_rules import *
from .value_rules import *
