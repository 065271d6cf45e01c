"""Measures the two forms of a lake's files on this machine: folders of Parquet files, and an Iceberg table with a local catalogue.

One JSON object per line: the figures of one form for one number of tenants. Both have the same rows in the same partitions (month and
tenant), written by pyarrow in the same small commits, as a delivery stream would write them.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import DoubleType, IntegerType, NestedField, StringType

# Rows of one tenant in one delivery: those of a buffer interval of 15 minutes at school traffic.
ROWS = 28
STUDENTS = 125
COLUMNS = pa.schema([("school", pa.string()), ("month", pa.int32()), ("student", pa.string()), ("course", pa.string()), ("score", pa.float64())])


def school(number):
    return f"school-{number:04d}"


def rows_of(tenants, commit):
    """The rows of one commit: each tenant has some, in one month."""
    names = [school(tenant) for tenant in range(tenants) for _ in range(ROWS)]
    students = [f"{name}-student-{(commit * 7 + index) % STUDENTS}" for index, name in enumerate(names)]
    return pa.table(
        {
            "school": names,
            "month": pa.array([1 + commit % 2] * len(names), pa.int32()),
            "student": students,
            "course": ["Maths" if index % 2 else "Music" for index in range(len(names))],
            "score": [float((commit * 31 + index) % 41) / 4 for index in range(len(names))],
        },
        schema=COLUMNS,
    )


def timed(work):
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def files_in(folder, *suffixes):
    return [path for path in Path(folder).rglob("*") if path.is_file() and path.name.endswith(suffixes)]


def size(paths):
    return sum(path.stat().st_size for path in paths)


def files_with(student, paths):
    """Files whose rows, decoded, have the student."""
    return sum(1 for path in paths if pc.any(pc.equal(pq.read_table(path, columns=["student"])["student"], student)).as_py())


def figures(form, tenants, commits, folder, seconds, pruned, planning, named, deleting, rewritten, after):
    data = files_in(folder, ".parquet")
    others = files_in(folder, ".json", ".avro")
    return {
        **{"form": form, "tenants": tenants, "commits": commits, "appendSeconds": round(sum(seconds) / len(seconds), 2)},
        **{"dataFiles": len(data), "dataBytes": size(data), "metadataFiles": len(others), "metadataBytes": size(others)},
        **{"filesOfOneTenant": pruned, "planMilliseconds": round(planning * 1000, 1), "tenantsNamed": named},
        **{"deleteSeconds": round(deleting, 2), "rewritten": rewritten, "withStudentAfterDelete": after[0], "withStudentAfterCleaning": after[1]},
    }


def measure_folders(tenants, commits, folder):
    data = Path(folder) / "data"
    seconds = []
    for commit in range(commits):
        table = rows_of(tenants, commit)

        def append():
            for tenant in range(tenants):
                own = table.slice(tenant * ROWS, ROWS)
                target = data / f"month={1 + commit % 2:02d}" / f"school={school(tenant)}"
                target.mkdir(parents=True, exist_ok=True)
                pq.write_table(own.drop_columns(["school", "month"]), target / f"{commit}.parquet", compression="snappy")

        seconds.append(timed(append)[1])
    one = data / "month=01" / f"school={school(3)}"
    listed, planning = timed(lambda: [entry.path for entry in os.scandir(one)])
    student = rows_of(tenants, 0)["student"][3 * ROWS].as_py()
    own = [path for path in files_in(data, ".parquet") if f"school={school(3)}" in path.parts]

    def delete():
        changed = 0
        for path in own:
            rows = pq.read_table(path, partitioning=None)
            kept = rows.filter(pc.not_equal(rows["student"], student))
            if len(kept) == len(rows):
                continue
            changed += 1
            pq.write_table(kept, path, compression="snappy")
        return changed

    before = files_with(student, own)
    rewritten, deleting = timed(delete)
    assert before == rewritten > 0
    left = files_with(student, own)
    return figures("folders", tenants, commits, folder, seconds, len(listed), planning, 1, deleting, rewritten, (left, left))


def measure_iceberg(tenants, commits, folder):
    catalog = SqlCatalog("local", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}/data")
    catalog.create_namespace("lake")
    schema = Schema(
        NestedField(1, "school", StringType()),
        NestedField(2, "month", IntegerType()),
        NestedField(3, "student", StringType()),
        NestedField(4, "course", StringType()),
        NestedField(5, "score", DoubleType()),
    )
    spec = PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "month"), PartitionField(1, 1001, IdentityTransform(), "school"))
    table = catalog.create_table("lake.grades", schema, partition_spec=spec, properties={"write.parquet.compression-codec": "snappy"})
    seconds = [timed(lambda: table.append(rows_of(tenants, commit)))[1] for commit in range(commits)]
    of_one = f"school = '{school(3)}' and month = 1"
    planned, planning = timed(lambda: list(table.scan(row_filter=of_one).plan_files()))
    # Whoever plans a query reads the manifests, which have the partition of each file.
    named = len({partition["school"] for partition in table.inspect.files()["partition"].to_pylist()})
    student = rows_of(tenants, 0)["student"][3 * ROWS].as_py()

    def files_of_tenant():
        return [path for path in files_in(folder, ".parquet") if any(school(3) in part for part in path.parts)]

    affected = files_with(student, files_of_tenant())
    _, deleting = timed(lambda: table.delete(f"school = '{school(3)}' and student = '{student}'"))
    assert affected > 0 and table.scan(row_filter=f"school = '{school(3)}' and student = '{student}'").to_arrow().num_rows == 0
    after = files_with(student, files_of_tenant())
    newest = table.current_snapshot().snapshot_id
    old = [snapshot.snapshot_id for snapshot in table.snapshots() if snapshot.snapshot_id != newest]
    table.maintenance.expire_snapshots().by_ids(old).commit()
    cleaned = files_with(student, files_of_tenant())
    return figures("iceberg", tenants, commits, folder, seconds, len(planned), planning, named, deleting, affected, (after, cleaned))


for tenants, commits in ((40, 20), (4000, 3)) if len(sys.argv) == 1 else [tuple(int(number) for number in sys.argv[1:3])]:
    for measure in (measure_folders, measure_iceberg):
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(tenants, commits, folder)), flush=True)
