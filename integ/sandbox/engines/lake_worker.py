"""Answers requests of engines/lake.ts, one JSON object per line: jq, Parquet files, and queries in the SQL of Athena.

DuckDB reads and writes the files, sqlglot translates the SQL and says which partitions a query may read.
"""

import gzip
import json
import os
import re
import sys
import tempfile
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation, ROUND_HALF_UP

import duckdb
import jq
from sqlglot import exp, parse_one, tokenize
from sqlglot.errors import OptimizeError, ParseError, TokenError
from sqlglot.optimizer.qualify import qualify
from sqlglot.dialects.trino import Trino
from sqlglot.optimizer.scope import Scope, build_scope
from sqlglot.schema import MappingSchema
from sqlglot.tokens import TokenType


# For single files and constants, which leave nothing in it; each query has its own.
files = duckdb.connect()


class Failure(Exception):
    """An error with a code, for the caller."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


# ------------------------------------------------------------------------------------------------ jq

programs = {}


def program_of(text):
    if text not in programs:
        programs[text] = jq.compile(text)
    return programs[text]


def run_jq(program, records):
    compiled = program_of(program)
    results = []
    for record in records:
        try:
            values = compiled.input(text=record).all()
            results.append({"value": values[0]} if len(values) == 1 else {"error": f"the query returns {len(values)} values"})
        except ValueError as error:
            results.append({"error": str(error)})
    return results


# ------------------------------------------------------------------------------------------------ types of Hive

SIMPLE = {
    "string": "VARCHAR",
    "varchar": "VARCHAR",
    "char": "VARCHAR",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
}
INTEGERS = {"tinyint": 8, "smallint": 16, "int": 32, "integer": 32, "bigint": 64}


def parse_type(text):
    """`array<struct<a:int>>` as nested tuples."""
    text = text.strip().lower()
    base, _, rest = text.partition("<")
    if rest:
        inner = split_top(rest[:-1])
        if base == "array":
            return ("array", parse_type(inner[0]))
        if base == "map":
            return ("map", parse_type(inner[0]), parse_type(inner[1]))
        if base == "struct":
            return ("struct", [(name.strip(), parse_type(of)) for name, _, of in (part.partition(":") for part in inner)])
    name, _, arguments = text.partition("(")
    if name == "decimal":
        precision, _, scale = (arguments.rstrip(")") or "10,0").partition(",")
        return ("decimal", int(precision), int(scale or 0))
    if name in SIMPLE:
        return (name,)
    raise Failure("Unsupported", f"the type {text} is not supported")


def split_top(text):
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += letter in "<(" or -(letter in ">)")
        if letter == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def duck_type(of):
    if of[0] == "array":
        return f"{duck_type(of[1])}[]"
    if of[0] == "map":
        return f"MAP({duck_type(of[1])}, {duck_type(of[2])})"
    if of[0] == "struct":
        return "STRUCT(" + ", ".join(f"{name_of(name)} {duck_type(member)}" for name, member in of[1]) + ")"
    if of[0] == "decimal":
        return f"DECIMAL({of[1]}, {of[2]})"
    return SIMPLE[of[0]]


def name_of(identifier):
    return '"' + identifier.replace('"', '""') + '"'


def text_of(literal):
    return "'" + str(literal).replace("'", "''") + "'"


# ------------------------------------------------------------------------------------------------ JSON to Parquet


class Number(str):
    """A JSON number as it was written, so that none loses digits."""


def mismatch(message):
    return Failure("DataFormatConversion.MalformedData", f"Data does not match the schema. {message}")


def not_a_number(value):
    return mismatch(f'For input string: "{value}"')


def java_name(value):
    if isinstance(value, bool):
        return "java.lang.Boolean"
    if isinstance(value, Number):
        return "java.lang.Long" if re.fullmatch(r"-?\d+", value) else "java.lang.Double"
    return "java.lang.String" if isinstance(value, str) else "an object"


def convert(value, of):
    """A value as the OpenX JSON SerDe reads it: texts are parsed as numbers, and a wrong type fails the record."""
    if value is None:
        return None
    kind = of[0]
    if kind in ("string", "varchar", "char"):
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, str) else json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))
    if kind in INTEGERS:
        if isinstance(value, bool) or not isinstance(value, str):
            raise mismatch(f"{java_name(value)} cannot be cast to a number")
        limit = 2 ** (INTEGERS[kind] - 1)
        if not re.fullmatch(r"[+-]?[0-9]{1,40}", value) or not -limit <= int(value) < limit:
            raise not_a_number(value)
        return int(value)
    if kind in ("float", "double"):
        if isinstance(value, bool) or not isinstance(value, str):
            raise mismatch(f"{java_name(value)} cannot be cast to a number")
        try:
            return float(value)
        except ValueError:
            raise not_a_number(value) from None
    if kind == "decimal":
        if isinstance(value, bool) or not isinstance(value, str):
            raise mismatch(f"{java_name(value)} cannot be cast to a number")
        try:
            rounded = Decimal(value).quantize(Decimal(1).scaleb(-of[2]), rounding=ROUND_HALF_UP)
        except InvalidOperation:
            raise not_a_number(value) from None
        if len(rounded.as_tuple().digits) > of[1]:
            raise not_a_number(value)
        return str(rounded)
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and not isinstance(value, Number):
            # As Java reads it: every other text is false.
            return value.lower() == "true"
        raise mismatch(f"{java_name(value)} cannot be cast to java.lang.Boolean")
    if kind == "timestamp":
        return timestamp(value)
    if kind == "date":
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", value):
            return value
        raise mismatch("Date format must be yyyy-mm-dd")
    if kind == "array":
        if not isinstance(value, list):
            raise mismatch(f"Data is not JSONArray  but {java_name(value)} with value {plain(value)}")
        return [convert(element, of[1]) for element in value]
    if not isinstance(value, dict):
        raise mismatch(f"Data is not JSONObject  but {java_name(value)} with value {plain(value)}")
    if kind == "map":
        return {str(key): convert(member, of[2]) for key, member in value.items()}
    return {name: convert(value.get(name), member) for name, member in of[1]}


# Documented: "OpenX JSON SerDe" in "Choose the JSON deserializer" (Amazon Data Firehose Developer Guide).
TIMESTAMP = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})([T ])(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z?)")


def timestamp(value):
    wrong = mismatch("Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]")
    if isinstance(value, bool) or not isinstance(value, str):
        raise wrong
    if re.fullmatch(r"\d{1,10}(\.\d{1,9})?|\d{11,14}", value):
        seconds = float(value) / (1000 if len(value.split(".")[0]) > 10 else 1)
        return str(datetime(1970, 1, 1) + timedelta(seconds=seconds))
    found = TIMESTAMP.fullmatch(value)
    if found is None or (found[4] == "T") != (found[9] == "Z"):
        raise wrong
    try:
        moment = datetime(*(int(found[index]) for index in (1, 2, 3, 5, 6, 7)), int((found[8] or "0").ljust(6, "0")[:6]))
    except ValueError:
        raise wrong from None
    return str(moment)


def plain(value):
    """A value for output, with its numbers as numbers."""
    if isinstance(value, Number):
        return json.loads(value)
    if isinstance(value, list):
        return [plain(element) for element in value]
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    return value


def read_record(text, lower, dots):
    if text.strip() == "":
        raise Failure("DataFormatConversion.MalformedData", "The record was empty or contained only whitespace.")

    def pairs(members):
        found = {}
        for name, value in members:
            key = name.lower() if lower else name
            # As the SerDe's JSONObject does, at every level, also for keys without a column (rcongiu/Hive-JSON-Serde, issue 104).
            if key in found:
                raise Failure("DataFormatConversion.ParseError", f'Encountered malformed JSON. Duplicate key "{key}"')
            found[key] = value
        return {key.replace(".", "_"): value for key, value in found.items()} if dots else found

    try:
        value = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=Number, object_pairs_hook=pairs)
    except ValueError as error:
        raise Failure("DataFormatConversion.ParseError", f"Encountered malformed JSON. {error}") from None
    if not isinstance(value, (dict, list)):
        raise Failure(
            "DataFormatConversion.MalformedData",
            "The input JSON contained a primitive at the top level. The top level must be an object or array.",
        )
    return value


def write_parquet(columns, records, path, compression, caseInsensitive=True, mappings=None, dots=False):
    types = [(name.lower(), parse_type(of)) for name, of in columns]
    keys = {name: (mappings or {}).get(name, name) for name, _ in types}
    keys = {name: key.lower() if caseInsensitive else key for name, key in keys.items()}
    failed, written = [], 0
    with tempfile.NamedTemporaryFile("w", suffix=".json", dir=os.path.dirname(path), delete=False) as rows:
        for index, record in enumerate(records):
            try:
                value = read_record(record, caseInsensitive, dots)
                given = value if isinstance(value, dict) else dict(zip((keys[name] for name, _ in types), value))
                row = {name: convert(given.get(keys[name]), of) for name, of in types}
            except Failure as error:
                failed.append({"index": index, "code": error.code, "message": str(error)})
                continue
            rows.write(json.dumps(row) + "\n")
            written += 1
    try:
        if written > 0:
            listed = ", ".join(f"{text_of(name)}: {text_of(duck_type(of))}" for name, of in types)
            source = f"read_json({text_of(rows.name)}, columns = {{{listed}}}, format = 'newline_delimited')"
            files.execute(f"COPY (SELECT * FROM {source}) TO {text_of(path)} (FORMAT parquet, COMPRESSION {compression})")
    finally:
        os.unlink(rows.name)
    return {"written": written, "failed": failed}


# ------------------------------------------------------------------------------------------------ queries

# Functions of Trino that give the same results here. Others are rejected by name.
FUNCTIONS = """
Abs And ApproxDistinct ApproxQuantile ArgMax ArgMin Array ArrayAgg ArraySize Avg Between Case Cast Ceil Coalesce Concat Count CountIf
CurrentDate CurrentTimestamp DateAdd DateDiff DateTrunc Day DayOfMonth DenseRank Exists Extract FirstValue Floor FromISO8601Timestamp
GenerateSeries Greatest If JSONExtract JSONExtractScalar Lag LastValue Lead Least Length Ln Lower LogicalAnd LogicalOr Max Min Month Not NthValue
Nullif Or PercentRank Pow Quarter Rank RegexpLike Replace Round RowNumber Split SplitPart Sqrt Stddev StddevPop StddevSamp StrPosition
Substring Sum TimestampTrunc Trim TryCast TsOrDsToDate UnixToTime Unnest Upper Variance VariancePop Year
""".split()


def parse(sql):
    try:
        statement = parse_one(sql, read="athena")
    except (ParseError, TokenError) as error:
        raise Failure("SYNTAX_ERROR", re.sub(r"\x1b\[\d+m", "", str(error)).split("\n")[0]) from None
    if not isinstance(statement, (exp.Select, exp.SetOperation, exp.Subquery)):
        raise Failure("NOT_SUPPORTED", f"The sandbox runs SELECT and UNLOAD only, and not {statement.key.upper()}")
    for function in statement.find_all(exp.Func):
        if type(function).__name__ not in FUNCTIONS:
            name = function.name if isinstance(function, exp.Anonymous) else function.sql_name()
            raise Failure("NOT_SUPPORTED", f"The sandbox does not run the function {name.lower()} of Athena")
    return statement


# Documented: "UNLOAD" (Amazon Athena User Guide), parameters. The default of Parquet is gzip.
UNLOAD_OPTIONS = {"format": ["PARQUET"], "compression": ["GZIP", "SNAPPY"]}


def unload_of(sql):
    """The query, the destination and the compression of an UNLOAD statement."""
    try:
        tokens = Trino.Tokenizer().tokenize(sql)
    except TokenError as error:
        raise Failure("SYNTAX_ERROR", str(error).split("\n")[0]) from None
    if len(tokens) < 3 or tokens[1].token_type != TokenType.L_PAREN:
        raise Failure("SYNTAX_ERROR", "UNLOAD expects a query in parentheses")
    depth, end = 0, 1
    for end in range(1, len(tokens)):
        depth += (tokens[end].token_type == TokenType.L_PAREN) - (tokens[end].token_type == TokenType.R_PAREN)
        if depth == 0:
            break
    query = sql[tokens[1].end + 1 : tokens[end].start]
    rest = [(token.text, token.token_type == TokenType.STRING) for token in tokens[end + 1 :]]
    texts = [text for text, is_string in rest]
    if len(rest) < 4 or texts[0].upper() != "TO" or not rest[1][1] or texts[2].upper() != "WITH" or texts[3] != "(" or texts[-1] != ")":
        raise Failure("SYNTAX_ERROR", "UNLOAD expects TO 's3://…' WITH ( property = 'value' [, …] ) after the query")
    options = {}
    given = rest[4:-1]
    while given:
        (name, _), *given = given
        allowed = UNLOAD_OPTIONS.get(name.lower())
        if allowed is None:
            raise Failure("NOT_SUPPORTED", f"The sandbox does not support the property {name} of UNLOAD")
        if len(given) < 2 or given[0][0] != "=" or not given[1][1] or (len(given) > 2 and (given[2][0] != "," or len(given) == 3)):
            raise Failure("SYNTAX_ERROR", f"UNLOAD expects {name} = 'value'")
        value = given[1][0].upper()
        if value not in allowed:
            raise Failure("NOT_SUPPORTED", f"The sandbox does not support {name} = '{given[1][0]}' of UNLOAD: only {' and '.join(allowed)}")
        options[name.lower()] = value
        given = given[3:]
    if "format" not in options:
        raise Failure("SYNTAX_ERROR", "UNLOAD expects the property format")
    return {"sql": query, "location": texts[1], "compression": options.get("compression", "GZIP")}


def tables_of(sql, database):
    statement = parse(sql)
    named = {with_.alias for with_ in statement.find_all(exp.CTE)}
    found = {
        (table.db or database).lower() + "." + table.name.lower()
        for table in statement.find_all(exp.Table)
        if table.db or table.name not in named
    }
    return sorted(found)


def with_views(statement, database, tables):
    """Replaces each view with its query."""
    named = {with_.alias for with_ in statement.find_all(exp.CTE)}
    for table in list(statement.find_all(exp.Table)):
        if not table.db and table.name in named:
            continue
        own = (table.db or database).lower()
        name = f"{own}.{table.name.lower()}"
        if name not in tables:
            raise Failure("TABLE_NOT_FOUND", f"Table 'awsdatacatalog.{name}' does not exist")
        view = tables[name].get("view")
        if view is None:
            replacement = exp.table_(table.name.lower(), db=own, alias=table.alias or table.name.lower())
            for key in ("joins", "sample"):
                if table.args.get(key):
                    replacement.set(key, table.args[key])
            table.replace(replacement)
        else:
            inner = with_views(parse(view), own, tables)
            table.replace(exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(table.alias or table.name.lower()))))
    return statement


def with_parameters(sql, parameters):
    """Replaces each question mark with the value of its parameter. Documented: "Use parameterized queries" (Amazon Athena User Guide)."""
    placeholders = [token for token in tokenize(sql, read="athena") if token.token_type == TokenType.PLACEHOLDER]
    if len(placeholders) != len(parameters):
        message = f"line 1:1: Incorrect number of parameters: expected {len(placeholders)} but found {len(parameters)}"
        raise Failure("INVALID_PARAMETER_USAGE", message)
    if any(one.find_ancestor(exp.Where) is None for one in parse(sql).find_all(exp.Placeholder)):
        raise Failure("NOT_SUPPORTED", "Parameters can be placed only in a WHERE clause")
    for token, value in reversed(list(zip(placeholders, parameters))):
        sql = f"{sql[:token.start]}{parameter(value)}{sql[token.end + 1:]}"
    return sql


def parameter(value):
    parsed = parse(f"SELECT {value}")
    if not isinstance(parsed, exp.Select) or len(parsed.selects) != 1 or any(parsed.find_all(exp.Column, exp.From)):
        raise Failure("INVALID_PARAMETER_USAGE", f"The parameter {value} is not a constant: texts are in single quotes")
    return value if isinstance(parsed.selects[0], exp.Literal) else f"({value})"


def plan(sql, database, tables, now, parameters=()):
    """What a query reads: each scan of a table, its columns, and the conditions on the partition columns."""
    moment = datetime.fromtimestamp(now / 1000, timezone.utc).replace(tzinfo=None)
    statement = with_views(parse(with_parameters(sql, parameters)), database, tables)
    for node in list(statement.find_all(exp.CurrentDate)):
        node.replace(exp.cast(exp.Literal.string(str(moment.date())), "date"))
    for node in list(statement.find_all(exp.CurrentTimestamp)):
        node.replace(exp.cast(exp.Literal.string(str(moment)), "timestamp"))
    schema = {}
    for name, table in tables.items():
        if table.get("view") is None:
            own, _, short = name.partition(".")
            members = {column: of for column, of in [*table["columns"], *table["partitions"]]}
            schema.setdefault(own, {})[short] = {column: duck_type(parse_type(of)) for column, of in members.items()}
    try:
        statement = qualify(statement, schema=MappingSchema(schema, dialect="duckdb"), dialect="athena", validate_qualify_columns=True)
    except OptimizeError as error:
        found = re.match(r"Column '(?:[^']*\.)?([^'.]+)' could not be resolved", str(error))
        message = f"Column '{found[1]}' cannot be resolved or requester is not authorized to access requested resources" if found else str(error)
        raise Failure("COLUMN_NOT_FOUND" if found else "SYNTAX_ERROR", message) from None
    scans = []
    collect(build_scope(statement), {}, tables, scans)
    return {"sql": with_nulls(statement).sql("duckdb"), "scans": scans}


def with_nulls(statement):
    """`max_by(x, y)` of Trino is x of the row with the largest y, also if that x is null; DuckDB's looks for the largest y whose x is not."""
    names = {exp.ArgMax: "arg_max_null", exp.ArgMin: "arg_min_null"}
    for node in list(statement.find_all(*names)):
        if node.args.get("count") is None:
            node.replace(exp.func(names[type(node)], node.this, node.expression, dialect="duckdb"))
    return statement


def collect(scope, outer, tables, scans):
    """Follows the conditions on columns into subqueries, as Trino's predicate pushdown does.

    `outer` has the conditions of the enclosing queries on the columns that this query returns.
    """
    if scope.set_operation_scopes:
        for part in scope.set_operation_scopes:
            names = zip(scope.expression.named_selects, part.expression.named_selects)
            own = {inner: outer[name] for name, inner in names if name in outer}
            collect(part, own, tables, scans)
        return
    select = scope.expression
    conditions, equal = {}, []
    for join in select.args.get("joins") or []:
        if join.args.get("on") is None or join.side == "FULL":
            continue
        found = {}
        gather(join.args["on"], found, equal if join.side == "" else [])
        joined = join.this.alias_or_name
        for (table, name), own in found.items():
            if join.side == "" or (table == joined) == (join.side == "LEFT"):
                conditions.setdefault((table, name), []).extend(own)
    where = select.args.get("where")
    if where is not None:
        gather(where.this, conditions, equal)
    if outer and not select.args.get("limit") and not select.args.get("offset"):
        for projection in select.selects:
            column = projection.unalias()
            name = projection.alias_or_name
            if name in outer and isinstance(column, exp.Column) and passes(select, column):
                conditions.setdefault((column.table, column.name), []).extend(outer[name])
    # A condition on one of two equal columns is one on the other, too.
    for _ in equal:
        for left, right in equal:
            for one, other in ((left, right), (right, left)):
                added = [condition for condition in conditions.get(one, []) if condition not in conditions.get(other, [])]
                if added:
                    conditions.setdefault(other, []).extend(added)
    for alias, (_, source) in scope.selected_sources.items():
        own = {column: found for (table, column), found in conditions.items() if table == alias}
        if isinstance(source, Scope):
            collect(source, own, tables, scans)
        elif isinstance(source, exp.Table):
            used = sorted({column.name for column in scope.columns if column.table == alias})
            scans.append({"table": f"{source.db}.{source.name}", "columns": used, "conditions": own})
    for subquery in scope.subquery_scopes:
        collect(subquery, {}, tables, scans)


def passes(select, column):
    """Whether a condition on a column may be applied before the query's groups and windows."""
    same = lambda expression: isinstance(expression, exp.Column) and (expression.table, expression.name) == (column.table, column.name)
    group = select.args.get("group")
    if group is not None and not any(same(expression) for expression in group.expressions):
        return False
    if group is None and any(not isinstance(aggregate.parent, exp.Window) for one in select.selects for aggregate in one.find_all(exp.AggFunc)):
        return False
    windows = [window for one in select.selects for window in one.find_all(exp.Window)]
    return all(any(same(expression) for expression in window.args.get("partition_by") or []) for window in windows)


def gather(condition, conditions, equal):
    """The conditions on columns that all rows must meet, and the pairs of columns that must be equal."""
    condition = condition.unnest()
    if isinstance(condition, exp.And):
        gather(condition.left, conditions, equal)
        gather(condition.right, conditions, equal)
        return
    if isinstance(condition, exp.EQ) and isinstance(condition.left, exp.Column) and isinstance(condition.right, exp.Column):
        equal.append(tuple((side.table, side.name) for side in (condition.left, condition.right)))
        return
    if isinstance(condition, exp.Between):
        add(conditions, condition.this, "gte", condition.args["low"])
        add(conditions, condition.this, "lte", condition.args["high"])
    elif isinstance(condition, exp.In) and condition.expressions:
        values = [constant(one) for one in condition.expressions]
        column = column_in(condition.this)
        if column is not None and None not in values:
            conditions.setdefault((column.table, column.name), []).append({"operator": "in", "values": values})
    elif isinstance(condition, (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE)):
        mirrored = {"gt": "lt", "gte": "lte", "lt": "gt", "lte": "gte", "eq": "eq"}
        if column_in(condition.left) is not None:
            add(conditions, condition.left, condition.key, condition.right)
        else:
            add(conditions, condition.right, mirrored[condition.key], condition.left)
    elif isinstance(condition, exp.Or):
        # `a = 1 OR a = 2`
        sides = [{}, {}]
        gather(condition.left, sides[0], [])
        gather(condition.right, sides[1], [])
        for key in sides[0].keys() & sides[1].keys():
            values = [one["values"] for side in sides for one in side[key] if one["operator"] == "in"]
            if len(values) == 2:
                conditions.setdefault(key, []).append({"operator": "in", "values": [*values[0], *values[1]]})


def add(conditions, left, operator, right):
    column, value = column_in(left), constant(right)
    if column is not None and value is not None:
        one = {"operator": "in", "values": [value]} if operator == "eq" else {"operator": operator, "values": [value]}
        conditions.setdefault((column.table, column.name), []).append(one)


def column_in(expression):
    return expression if isinstance(expression, exp.Column) else None


def constant(expression):
    """The value of an expression that reads nothing, as text; None if it reads something."""
    if any(expression.find_all(exp.Column, exp.Select)):
        return None
    try:
        (value,) = files.execute(f"SELECT {expression.sql('duckdb')}").fetchone()
    except duckdb.Error:
        return None
    return None if value is None else str(value)


def open_tables(connection, tables):
    """A view for each table over its files, with the values of the partition columns."""
    for name, table in tables.items():
        own, _, short = name.partition(".")
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name_of(own)}")
        types = {column: duck_type(parse_type(of)) for column, of in table["columns"]}
        keys = {column: duck_type(parse_type(of)) for column, of in table["partitions"]}
        sources = table["files"]
        target = f"{name_of(own)}.{name_of(short)}"
        if not sources:
            empty = ", ".join(f"NULL::{of} AS {name_of(column)}" for column, of in {**types, **keys}.items())
            connection.execute(f"CREATE VIEW {target} AS SELECT {empty} WHERE false")
            continue
        marks = f"partitions_{own}_{short}"
        connection.execute(f"CREATE TABLE {name_of(marks)} ({', '.join(['__path VARCHAR', *(f'{name_of(key)} VARCHAR' for key in keys)])})")
        rows = [[one["path"], *(one["partition"][key] for key in keys)] for one in sources]
        connection.executemany(f"INSERT INTO {name_of(marks)} VALUES ({', '.join('?' * (len(keys) + 1))})", rows)
        partitions = [f"CAST(partitions.{name_of(key)} AS {of}) AS {name_of(key)}" for key, of in keys.items()]
        selects = [
            f"SELECT {', '.join([*columns, *partitions])} FROM {source} data JOIN {name_of(marks)} partitions ON data.__file = partitions.__path"
            for source, columns in read_sources(connection, table, types)
        ]
        connection.execute(f"CREATE VIEW {target} AS {' UNION ALL '.join(selects)}")


def read_sources(connection, table, types):
    """What is read with one schema, with the columns of the table: files have the columns that the table had when they were written."""
    if table["format"] != "parquet":
        return [(json_rows(table["files"], table["columns"], table["format"]), [f"data.{name_of(name)}" for name in types])]
    wanted = {name: connection.sql(f"SELECT NULL::{of}").types[0] for name, of in types.items()}
    sources = []
    for paths in paths_by_schema(connection, table["files"]):
        source = f"read_parquet([{', '.join(map(text_of, paths))}], filename = '__file', hive_partitioning = false)"
        relation = connection.sql(f"SELECT * FROM {source}")
        present = {name.lower(): of for name, of in zip(relation.columns, relation.types)}
        columns = [f"{by_name(f'data.{name_of(name)}', name, present.get(name), of)} AS {name_of(name)}" for name, of in wanted.items()]
        sources.append((source, columns))
    return sources


def paths_by_schema(connection, sources):
    """The paths of files, those with the same columns together."""
    listed = ", ".join(text_of(one["path"]) for one in sources)
    schemas = {}
    for path, *column in connection.execute(f"SELECT file_name, name, type, converted_type, num_children FROM parquet_schema([{listed}])").fetchall():
        schemas.setdefault(path, []).append(tuple(column))
    groups = {}
    for path, schema in schemas.items():
        groups.setdefault(tuple(schema), []).append(path)
    return list(groups.values())


def by_name(value, name, present, wanted):
    """A value of a file as the type of the table. As in Athena, columns and members of structs are found by their names.

    Documented: "Handle schema updates" (Amazon Athena User Guide): Parquet is read by name, and a member that a file lacks is null.
    """
    if present is None:
        return f"NULL::{wanted}"
    if present == wanted:
        return value
    if present.id != "struct" or wanted.id != "struct":
        raise Failure("HIVE_BAD_DATA", f"Field {name}'s type {present} in parquet file is incompatible with type {wanted} defined in table schema")
    members = {member.lower(): of for member, of in present.children}
    packed = ", ".join(
        f"{name_of(member)} := {by_name(f'{value}.{name_of(member)}', f'{name}.{member}', members.get(member), of)}" for member, of in wanted.children
    )
    return f"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({packed}) END"


def events_of(path, types):
    """The events of a file of CloudTrail: gzip, with an object that has a list of them.

    Columns and members of structs are found by their names in any case, and an object in a column of text keeps its own: queries of
    Athena's documentation read `$.bucketName` of requestparameters.
    """
    with gzip.open(path, "rt", encoding="utf-8") as text:
        for event in read_record(text.read(), False, False)["Records"]:
            given = {name.lower(): value for name, value in event.items()}
            yield {name: convert(in_lower(given.get(name), of), of) for name, of in types}


def in_lower(value, of):
    """A value whose members have the names of the struct that it is read as."""
    if of[0] == "array" and isinstance(value, list):
        return [in_lower(one, of[1]) for one in value]
    if of[0] != "struct" or not isinstance(value, dict):
        return value
    given = {name.lower(): member for name, member in value.items()}
    return {name: in_lower(given.get(name), member) for name, member in of[1]}


def lines_of(path, types):
    with open(path, encoding="utf-8") as lines:
        for line in filter(str.strip, lines):
            given = read_record(line, True, False)
            yield {name: convert(given.get(name), of) for name, of in types}


def json_rows(sources, columns, kind):
    """The records of JSON files as typed rows in a file of their own, with the path of their file."""
    types = [(name, parse_type(of)) for name, of in columns]
    target = sources[0]["path"] + ".rows"
    with open(target, "w", encoding="utf-8") as rows:
        for one in sources:
            try:
                for row in (events_of if kind == "cloudtrail" else lines_of)(one["path"], types):
                    rows.write(json.dumps({**row, "__file": one["path"]}) + "\n")
            except Failure as error:
                raise Failure("HIVE_CURSOR_ERROR", f"Row is not a valid JSON Object - {error}") from None
    listed = ", ".join(f"{text_of(name)}: {text_of(duck_type(of))}" for name, of in types)
    return f"read_json({text_of(target)}, columns = {{{listed}, '__file': 'VARCHAR'}}, format = 'newline_delimited')"


def read_bytes(scans):
    """The bytes of the columns that each scan reads, with the footers."""
    total = 0
    for scan in scans:
        for path in scan["files"]:
            if scan["format"] != "parquet":
                total += os.path.getsize(path)
                continue
            rows = files.execute("SELECT path_in_schema, total_compressed_size FROM parquet_metadata(?)", [path]).fetchall()
            (footer,) = files.execute("SELECT footer_size FROM parquet_file_metadata(?)", [path]).fetchone()
            total += footer + 8 + sum(size for name, size in rows if name.split(",")[0].strip().lower() in scan["columns"])
    return total


# Athena writes the files of an UNLOAD in parallel, and no option says how many.
UNLOADED_FILES = 2


def unload(sql, tables, compression, folder):
    """Writes the rows of a query as Parquet files, with the names of columns in lower case. No row, no file."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        open_tables(connection, tables)
        try:
            connection.execute(f"CREATE TEMP TABLE unloaded AS {sql}")
        except duckdb.Error as error:
            raise Failure("GENERIC_USER_ERROR", str(error).split("\n")[0]) from None
        names = [name for (name, *_) in connection.execute("DESCRIBE unloaded").fetchall()]
        unnamed = next((at for at, name in enumerate(names, 1) if re.fullmatch(r"_col_\d+", name)), None)
        if unnamed is not None:
            raise Failure("MISSING_COLUMN_NAME", f"Column name not specified at position {unnamed}")
        columns = ", ".join(f"{name_of(name)} AS {name_of(name.lower())}" for name in names)
        (count,) = connection.execute("SELECT count(*) FROM unloaded").fetchone()
        paths = []
        for part in range(min(UNLOADED_FILES, count)):
            paths.append(os.path.join(folder, f"unload-{uuid.uuid4().hex}"))
            rows = f"SELECT {columns} FROM unloaded WHERE rowid % {UNLOADED_FILES} = {part} ORDER BY rowid"
            connection.execute(f"COPY ({rows}) TO {text_of(paths[-1])} (FORMAT parquet, COMPRESSION {compression})")
        return paths


TYPES = {
    "VARCHAR": "varchar",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "bigint",
    "FLOAT": "float",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}


def run_query(sql, tables):
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        open_tables(connection, tables)
        try:
            result = connection.execute(sql)
        except duckdb.Error as error:
            raise Failure("GENERIC_USER_ERROR", str(error).split("\n")[0]) from None
        described = [(one[0], str(one[1])) for one in result.description]
        # Trino's names of columns without one.
        described = [(re.sub(r"^_col_(\d+)$", r"_col\1", name), of) for name, of in described]
        columns = [{"name": name, "type": TYPES.get(of, "decimal" if of.startswith("DECIMAL") else "varchar")} for name, of in described]
        return {"columns": columns, "rows": [[shown(value) for value in row] for row in result.fetchall()]}


def shown(value):
    """A value as Athena writes it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return java_double(value)
    if isinstance(value, datetime):
        text = value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
        return text if value.tzinfo is None else f"{text} UTC"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join("null" if one is None else shown(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={'null' if one is None else shown(one)}" for key, one in value.items()) + "}"
    return str(value)


def java_double(value):
    if value != value or value in (float("inf"), float("-inf")):
        return "NaN" if value != value else ("Infinity" if value > 0 else "-Infinity")
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value) if "e" not in repr(value) else f"{value:f}".rstrip("0")
    mantissa, _, exponent = f"{Decimal(repr(value)):E}".partition("E")
    digits = mantissa.rstrip("0") if "." in mantissa else mantissa
    return (digits + "0" if digits.endswith(".") else digits if "." in digits else digits + ".0") + "E" + str(int(exponent))


# ------------------------------------------------------------------------------------------------ requests

OPERATIONS = {
    "jq": run_jq,
    "compile_jq": lambda program: program_of(program) is not None,
    "parquet": write_parquet,
    "tables": tables_of,
    "plan": plan,
    "query": run_query,
    "unload_of": unload_of,
    "unload": unload,
    "bytes": read_bytes,
}


def main():
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = {"result": OPERATIONS[request["operation"]](**request["input"])}
        except Failure as error:
            reply = {"error": str(error), "code": error.code}
        except Exception as error:  # noqa: BLE001: the caller gets every error
            reply = {"error": f"{type(error).__name__}: {error}", "code": "INTERNAL"}
        sys.stdout.write(json.dumps({"id": request["id"], **reply}) + "\n")
        sys.stdout.flush()


main()
