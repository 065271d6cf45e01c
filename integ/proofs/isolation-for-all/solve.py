"""Answers SMT-LIB questions, one JSON line each, until its input ends: {"script", "milliseconds"} → {"answer", "values"}."""

import json
import sys
import time

import cvc5


def answer(script, milliseconds):
    manager = cvc5.TermManager()
    solver = cvc5.Solver(manager)
    solver.setOption("produce-models", "true")
    solver.setOption("strings-exp", "true")
    solver.setOption("tlimit-per", str(milliseconds))
    symbols = cvc5.SymbolManager(manager)
    parser = cvc5.InputParser(solver, symbols)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "question")
    while True:
        command = parser.nextCommand()
        if command.isNull():
            break
        said = command.invoke(solver, symbols)
        if "error" in said:
            raise ValueError(said)
    result = solver.checkSat()
    if result.isUnsat():
        return {"answer": "unsat", "values": {}}
    if not result.isSat():
        return {"answer": "unknown", "values": {}}
    values = {}
    for term in symbols.getDeclaredTerms():
        value = solver.getValue(term)
        if value.isBooleanValue():
            values[str(term)] = value.getBooleanValue()
        elif value.isStringValue():
            values[str(term)] = value.getStringValue()
    return {"answer": "sat", "values": values}


def answer_in(script, milliseconds):
    """cvc5 limits the elapsed time. On a busy machine, it is asked once more, with as much time as it needs for its share of a processor."""
    before = time.process_time()
    reply = answer(script, milliseconds)
    used = max(1, 1000 * (time.process_time() - before))
    if reply["answer"] != "unknown" or used > milliseconds / 2:
        return reply
    return answer(script, int(milliseconds * min(100, milliseconds / used)))


for line in sys.stdin:
    question = json.loads(line)
    try:
        reply = answer_in(question["script"], question["milliseconds"])
    except Exception as error:
        reply = {"error": str(error)}
    print(json.dumps(reply), flush=True)
