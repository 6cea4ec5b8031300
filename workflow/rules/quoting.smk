# Needs: nothing. Makes: jobs that start from a folder whose path has spaces, quotes or other characters that a shell interprets.
# Snakemake quotes the path of a script, but not that of the Python which it puts before it.
import os

from snakemake.script import PythonScript
from snakemake.settings.types import DeploymentMethod

from grokscope.quoted_argument import with_quoted

PythonScript._execute_cmd = with_quoted("py_exec", PythonScript._execute_cmd)

# With conda it puts paths between quotes of both kinds, inside which the shell still interprets these characters.
if DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method:
    conda_folder = os.path.abspath(
        workflow.deployment_settings.conda_prefix or ".snakemake"
    )
    if set("\"'$`\\").intersection(conda_folder):
        sys.exit(
            f"error: {conda_folder}: conda cannot make environments where the path has a quotation mark, a backslash, $ or `; "
            "name another folder with --conda-prefix"
        )
