# Needs: nothing. Makes: jobs that start from a folder whose path has spaces, quotes or other signs that a shell takes for its own.
import functools
import shlex

from snakemake.script import PythonScript


def quoted(execute):
    """`execute` with the path of Python quoted. Snakemake quotes the path of a script, but not that of the interpreter which it puts before it."""

    @functools.wraps(execute)
    def run(self, command, **values):
        if "py_exec" in values and not getattr(execute, "quoted", False):
            values["py_exec"] = shlex.quote(values["py_exec"])
        return execute(self, command, **values)

    run.quoted = True
    return run


PythonScript._execute_cmd = quoted(PythonScript._execute_cmd)
