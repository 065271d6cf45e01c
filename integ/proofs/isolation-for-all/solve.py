"""Answers SMT-LIB questions, one JSON line each, until its input ends: {"script", "milliseconds"} → {"answer", "values"}."""

import json
import sys

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


for line in sys.stdin:
    question = json.loads(line)
    try:
        reply = answer(question["script"], question["milliseconds"])
    except Exception as error:
        reply = {"error": str(error)}
    print(json.dumps(reply), flush=True)
