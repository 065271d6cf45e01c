"""Starts MiniStack, and ends it when standard input does, so that it never outlives the process that started it."""

import json
import os
import sys
import threading
import urllib.error
import urllib.request


def end_with_parent():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()

from ministack.app import main  # noqa: E402  (the watch comes first: the import takes a second)
from ministack.services import cognito, lambda_svc  # noqa: E402

local = threading.local()


def with_id(make, name):
    """Pools and clients get the id that the template's references stand for, where a call brings one."""

    def made(data):
        local.id = data.pop(name, None) if name == "Id" or "ClientName" in data else None
        try:
            return make(data)
        finally:
            local.id = None

    return made


def given(generate):
    return lambda: getattr(local, "id", None) or generate()


cognito._pool_id = given(cognito._pool_id)
cognito._client_id = given(cognito._client_id)
cognito._create_user_pool = with_id(cognito._create_user_pool, "Id")
cognito._create_user_pool_client = with_id(cognito._create_user_pool_client, "ClientId")


class TriggerFailed(RuntimeError):
    pass


def ask(record, event):
    """Triggers are run by the sandbox, at the address that stands for the function, once for all tokens of a sign-in."""
    asked = getattr(local, "asked", None)
    key = json.dumps([record["url"], event], sort_keys=True)
    if asked is None or key not in asked:
        request = urllib.request.Request(record["url"], json.dumps(event).encode(), {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                answer = json.loads(reply.read())
        except urllib.error.HTTPError as error:
            raise TriggerFailed(error.read().decode()) from error
        if asked is None:
            return {"body": answer}
        asked[key] = answer
    return {"body": asked[key]}


lambda_svc._get_func_record_for_ref = lambda url: ({"url": url}, {"url": url}, url)
lambda_svc._execution_record_for_config = lambda record, config: record
lambda_svc._execute_function_with_config_scope = ask
os.environ["MINISTACK_COGNITO_PRETOKEN_STRICT"] = "1"


def once(build):
    def built(*args, **kwargs):
        local.asked = {}
        try:
            return build(*args, **kwargs)
        finally:
            local.asked = None

    return built


cognito._build_auth_result = once(cognito._build_auth_result)


def run(handler, action, data):
    """As MiniStack's own, with the checks of clients that it makes only where it authorizes every caller, which the door does here."""
    try:
        if action in cognito._UNSIGNED_IDP_ACTIONS:
            cognito._pin_unsigned_idp_scope(data)
        refused = cognito._validate_client_secret_hash(action, data) or cognito._auth_flow_error(action, data)
        return refused or cognito._access_token_error(data) or handler(data)
    except TriggerFailed as error:
        return cognito.error_response_json("UserLambdaValidationException", str(error), 400)


def token_endpoint(issue):
    def issued(*args, **kwargs):
        try:
            return issue(*args, **kwargs)
        except TriggerFailed as error:
            return cognito._oauth2_error("invalid_grant", str(error))

    return issued


cognito._run_idp_handler = run
cognito._oauth2_token = token_endpoint(cognito._oauth2_token)

sys.argv = ["ministack"]
main()
