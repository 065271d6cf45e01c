"""
Changes to MiniStack's Cognito: it uses the IDs of the template, the sandbox runs the triggers, and requests that Cognito rejects but
MiniStack 1.5 accepts are rejected. Each function below wraps or replaces one of MiniStack's, and says why.
"""

import json
import os
import threading
import time
import urllib.error
import urllib.request

from ministack import app
from ministack.services import cognito, lambda_svc

local = threading.local()
error = cognito.error_response_json

# ------------------------------------------------------------------------------------------------ authentication


class Checking:
    """
    MiniStack checks tokens, secrets and codes only if it authorizes all services (`AUTH`), which the sandbox's endpoint does instead. Cognito
    always checks them, so this value is true during a call of Cognito, and false otherwise.
    """

    def __bool__(self):
        return getattr(local, "checking", False)


def checking(handler):
    def checked(*args, **kwargs):
        before = bool(app.AUTH)
        local.checking = True
        try:
            return handler(*args, **kwargs)
        finally:
            local.checking = before

    return checked


# ------------------------------------------------------------------------------------------------ ids of the template

triggers = {}  # the URL of a pool's trigger, by the pool's ID


def create_user_pool(create):
    """Uses the pool's ID of the template, and keeps the trigger's URL out of the pool's description."""

    def made(data):
        local.id = data.pop("Id", None)
        trigger = data.pop("TriggerUrl", None)
        if local.id and trigger:
            triggers[local.id] = trigger
        try:
            return create(data)
        finally:
            local.id = None

    return made


def describe_user_pool(describe):
    """Sets the URL of the trigger, which a sandbox that continues after a kill has anew."""

    def made(data):
        trigger = data.pop("TriggerUrl", None)
        if trigger:
            triggers[data.get("UserPoolId")] = trigger
        return describe(data)

    return made


def create_user_pool_client(create):
    """Uses the client's ID of the template, and stores the property that MiniStack drops."""

    def made(data):
        local.id = data.pop("ClientId", None)
        try:
            response = create(data)
            client = cognito._user_pools.get(data.get("UserPoolId"), {}).get("_clients", {}).get(local.id)
            if client is not None and "RefreshTokenRotation" in data:
                client["RefreshTokenRotation"] = data["RefreshTokenRotation"]
            return response
        finally:
            local.id = None

    return made


def given(generate):
    return lambda: getattr(local, "id", None) or generate()


# ------------------------------------------------------------------------------------------------ the trigger


class TriggerFailed(RuntimeError):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


# The sandbox invokes the function up to three times, with a timeout of five seconds each.
TRIGGER_TIMEOUT_SECONDS = 30
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def run_trigger(_record, event):
    """Calls the sandbox to run the function, once for all tokens of a sign-in: MiniStack would call it for each token, with the same event."""
    responses = getattr(local, "responses", None)
    key = json.dumps(event, sort_keys=True)
    if responses is not None and key in responses:
        return {"body": responses[key]}
    url = triggers.get(event["userPoolId"])
    if url is None:
        raise TriggerFailed("UnexpectedLambdaException", "PreTokenGeneration cannot be run")
    request = urllib.request.Request(url, json.dumps(event).encode(), {"content-type": "application/json"})
    try:
        with direct.open(request, timeout=TRIGGER_TIMEOUT_SECONDS) as http_response:
            response = json.loads(http_response.read())
    except urllib.error.HTTPError as rejected:
        reported = json.loads(rejected.read())
        raise TriggerFailed(reported["code"], reported["message"]) from rejected
    except OSError as unreachable:
        raise TriggerFailed("UnexpectedLambdaException", f"PreTokenGeneration cannot be run: {unreachable}") from unreachable
    if responses is not None:
        responses[key] = response
    return {"body": response}


def once(build):
    def built(*args, **kwargs):
        local.responses = {}
        try:
            return build(*args, **kwargs)
        finally:
            local.responses = None

    return built


def api(run):
    def ran(*args):
        try:
            return run(*args)
        except TriggerFailed as failed:
            return error(failed.code, str(failed), 400)

    return ran


def token_endpoint(issue):
    def issued(*args, **kwargs):
        try:
            return issue(*args, **kwargs)
        except TriggerFailed as failed:
            return cognito._oauth2_error("invalid_grant", str(failed))

    return issued


# ------------------------------------------------------------------------------------------------ refresh tokens


class AlwaysEmpty(dict):
    """
    MiniStack refreshes tokens of its sign-in page from a separate dictionary, without checking the client, the expiration or the user's
    attributes. With this empty dictionary they are refreshed like those of the API.
    """

    def __setitem__(self, token, entry):
        pass


rotated = {}  # the time of the first use of a refresh token, by its jti


def refresh(result_of):
    """
    Makes refresh tokens expire, and rotates them: each use returns a new token with the remaining lifetime, and the previous one is valid only
    for the grace period. Documented: "Refresh tokens" in the Cognito developer guide.
    """

    def result(pool, pid, cid, token):
        _user, rejected = cognito._refresh_auth_user(pool, pid, cid, token)
        if rejected:
            return None, rejected
        claims, now = cognito._token_claims(token), time.time()
        if now >= claims["exp"]:
            return None, error("NotAuthorizedException", "Refresh Token has expired", 400)
        rotation = pool["_clients"][cid].get("RefreshTokenRotation") or {}
        if rotation.get("Feature") != "ENABLED":
            return result_of(pool, pid, cid, token)
        use = (now,)
        first = rotated.setdefault(claims["jti"], use)
        if first is not use and now - first[0] >= int(rotation.get("RetryGracePeriodSeconds") or 0):
            return None, error("RefreshTokenReuseException", "Refresh token has been rotated", 400)
        response = rejected = None
        try:
            response, rejected = result_of(pool, pid, cid, token)
        finally:
            # If no tokens were returned, the old one does not count as used.
            if response is None and first is use:
                rotated.pop(claims["jti"], None)
        if response is not None:
            fresh = {**claims, "iat": int(now), "jti": cognito.new_uuid()}
            response["RefreshToken"] = cognito._signed_jwt(fresh, pid, "access")
        return response, rejected

    return result


def refresh_grant(token, cid, secret):
    """Replaces MiniStack's grant, which drops the new refresh token and the lifetime of the access token."""
    claims = cognito._token_claims(token)
    pid = str(claims.get("iss", "")).rsplit("/", 1)[-1]
    pool = cognito._get_pool_unscoped(pid)
    if not pool or claims.get("token_use") != "refresh":
        return cognito._oauth2_error("invalid_grant", "Invalid refresh token.")
    client = pool["_clients"].get(cid)
    if not client or not secret_matches(client, secret):
        return cognito._oauth2_error("invalid_client", "Invalid client credentials.")
    result, rejected = cognito._refresh_auth_result(pool, pid, cid, token)
    if rejected:
        return cognito._oauth2_error("invalid_grant", "Invalid refresh token.")
    body = {"access_token": result["AccessToken"], "token_type": "Bearer", "expires_in": result["ExpiresIn"]}
    if cognito._id_token_granted(claims.get("scope")):
        body["id_token"] = result["IdToken"]
    if "RefreshToken" in result:
        body["refresh_token"] = result["RefreshToken"]
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


def get_tokens_from_refresh_token(get):
    def got(data):
        pool, _pid = cognito._pool_for_client(data.get("ClientId"))
        client = (pool or {}).get("_clients", {}).get(data.get("ClientId"))
        if client and not secret_matches(client, data.get("ClientSecret")):
            return error("NotAuthorizedException", f"Unable to verify secret for client {data.get('ClientId')}", 400)
        return get(data)

    return got


def revoke_token(revoke):
    """Checks the client and the token; MiniStack revokes any token for anyone. Documented: RevokeToken in the API reference, and its errors."""

    def revoked(data):
        token, cid = data.get("Token") or "", data.get("ClientId")
        pool, _pid = cognito._pool_for_client(cid)
        client = (pool or {}).get("_clients", {}).get(cid)
        if not client or not secret_matches(client, data.get("ClientSecret")):
            return error("UnauthorizedException", "Invalid client credentials.", 400)
        if not client.get("EnableTokenRevocation", True):
            return error("UnsupportedOperationException", "Revoke token is not enabled for this client", 400)
        claims = cognito._token_claims(token)
        if claims.get("token_use") != "refresh":
            return error("UnsupportedTokenTypeException", "Token is not a refresh token", 400)
        if claims.get("client_id") != cid or not cognito._signature_valid(token):
            return error("UnauthorizedException", "The token is not one of this client", 400)
        return revoke(data)

    return revoked


def secret_matches(client, secret):
    return not client.get("ClientSecret") or client["ClientSecret"] == secret


# ------------------------------------------------------------------------------------------------ challenges

sessions = {}  # the client, user, name and expiration of a challenge, by its session
CHALLENGES = ("NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA", "MFA_SETUP")


def password_auth_result(result_of):
    def result(pool, pid, cid, user, *args, **kwargs):
        response = result_of(pool, pid, cid, user, *args, **kwargs)
        body = json.loads(response[2])
        if body.get("Session"):
            minutes = int(pool["_clients"][cid].get("AuthSessionValidity") or 3)
            sessions[body["Session"]] = (cid, user["Username"], body["ChallengeName"], time.time() + minutes * 60)
        return response

    return result


def challenged(respond):
    """Requires the session of the user who entered a password; MiniStack returns tokens for any user in the response."""

    def responded(data):
        name, responses = data.get("ChallengeName"), data.get("ChallengeResponses") or {}
        if name not in CHALLENGES:
            return respond(data)
        cid, username, challenge, end = sessions.get(data.get("Session")) or (None, None, None, 0)
        pool, _pid = cognito._pool_for_client(data.get("ClientId"))
        user = cognito._resolve_user(pool, responses.get("USERNAME"))[0] if pool else None
        if cid != data.get("ClientId") or challenge != name or user is None or user["Username"] != username:
            return error("NotAuthorizedException", "Invalid session for the user.", 400)
        if time.time() >= end:
            return error("NotAuthorizedException", "Invalid session for the user, session is expired.", 400)
        if name == "NEW_PASSWORD_REQUIRED":
            if not responses.get("NEW_PASSWORD"):
                return error("InvalidParameterException", "Missing required parameter NEW_PASSWORD", 400)
            rejected = cognito._validate_password(pool, responses["NEW_PASSWORD"])
            if rejected:
                return rejected
        sessions.pop(data["Session"], None)
        return respond(data)

    return responded


# ------------------------------------------------------------------------------------------------ users


def code_error(check):
    """Rejects every code: the sandbox sends no codes, and MiniStack's are the same for all users."""
    return lambda issued, code: check(issued, code) or error(
        "CodeMismatchException", "Invalid verification code provided, please try again.", 400
    )


def admin_confirm_sign_up(confirm):
    """Rejects a user with a temporary password, whom MiniStack would confirm."""

    def confirmed(data):
        pool = cognito._user_pools.get(data.get("UserPoolId"))
        user = cognito._resolve_user(pool, data.get("Username"))[0] if pool else None
        if user and user.get("UserStatus") != "UNCONFIRMED":
            status = user.get("UserStatus")
            return error("NotAuthorizedException", f"User cannot be confirmed. Current status is {status}", 400)
        return confirm(data)

    return confirmed


def resolve_user(resolve):
    """Finds users in any case without `CaseSensitive`; MiniStack ignores the setting."""

    def resolved(pool, username):
        user, rejected = resolve(pool, username)
        if user is None and isinstance(username, str) and not case_sensitive(pool):
            spelled = next((name for name in names_in(pool) if name.lower() == username.lower()), None)
            if spelled is not None:
                return resolve(pool, spelled)
        return user, rejected

    return resolved


def new_user_error(check):
    def checked(pool, username, attributes):
        rejected = check(pool, username, attributes)
        if rejected or case_sensitive(pool) or username in pool["_users"] or cognito._username_alias_attribute(pool, username):
            return rejected
        if cognito._resolve_user(pool, username)[0] is not None:
            return error("UsernameExistsException", "User account already exists.", 400)
        return None

    return checked


def case_sensitive(pool):
    return (pool.get("UsernameConfiguration") or {}).get("CaseSensitive", True)


def names_in(pool):
    aliases = [*(pool.get("UsernameAttributes") or []), *(pool.get("AliasAttributes") or [])]
    for user in pool["_users"].values():
        yield user["Username"]
        attributes = cognito._attr_list_to_dict(user.get("Attributes", []))
        yield from (attributes[alias] for alias in aliases if alias in attributes)


# ------------------------------------------------------------------------------------------------ installation


def wrap(wrapper, *names):
    for name in names:
        setattr(cognito, name, wrapper(getattr(cognito, name)))


def install():
    app.AUTH = Checking()
    wrap(given, "_pool_id", "_client_id")
    wrap(create_user_pool, "_create_user_pool")
    wrap(describe_user_pool, "_describe_user_pool")
    wrap(create_user_pool_client, "_create_user_pool_client")

    os.environ["MINISTACK_COGNITO_PRETOKEN_STRICT"] = "1"
    lambda_svc._get_func_record_for_ref = lambda reference: ({}, {}, reference)
    lambda_svc._execution_record_for_config = lambda record, _config: record
    lambda_svc._execute_function_with_config_scope = run_trigger
    wrap(once, "_build_auth_result")

    cognito._refresh_tokens = AlwaysEmpty()
    cognito._oauth2_refresh_api_issued_token = refresh_grant
    wrap(refresh, "_refresh_auth_result")
    wrap(get_tokens_from_refresh_token, "_get_tokens_from_refresh_token")
    wrap(revoke_token, "_revoke_token")

    wrap(password_auth_result, "_password_auth_result")
    wrap(challenged, "_respond_to_auth_challenge", "_admin_respond_to_auth_challenge")

    wrap(code_error, "_code_error")
    wrap(admin_confirm_sign_up, "_admin_confirm_sign_up")
    wrap(resolve_user, "_resolve_user")
    wrap(new_user_error, "_new_user_error")

    wrap(api, "_run_idp_handler")
    wrap(token_endpoint, "_oauth2_token")
    wrap(checking, "_run_idp_handler", "_oauth2_token", "handle_oauth2_userinfo", "handle_login_submit")
