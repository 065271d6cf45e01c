"""
MiniStack's Cognito as the sandbox runs it: under the ids of the template, with triggers that the sandbox runs, and with what Cognito
rejects and MiniStack 1.5 does not. Each function below stands in for one of MiniStack's, and says why.
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

# ------------------------------------------------------------------------------------------------ who may call


class Checking:
    """
    MiniStack checks tokens, secrets and codes only where it authorizes every service (`AUTH`), which the endpoint does here. Cognito checks them
    always: this is true within a call of Cognito, and false elsewhere.
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

triggers = {}  # the address that stands for the trigger of a pool, by the pool's id


def create_user_pool(create):
    """The pool's id is the one that the template's references stand for; where its trigger is asked is nothing that a description shows."""

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


def create_user_pool_client(create):
    """As the pool's; and what MiniStack does not keep of a client is kept."""

    def made(data):
        local.id = data.pop("ClientId", None)
        try:
            answer = create(data)
            client = cognito._user_pools.get(data.get("UserPoolId"), {}).get("_clients", {}).get(local.id)
            if client is not None and "RefreshTokenRotation" in data:
                client["RefreshTokenRotation"] = data["RefreshTokenRotation"]
            return answer
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


# The sandbox asks the function three times, for five seconds each.
TRIGGER_TIMEOUT_SECONDS = 30
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(_record, event):
    """The sandbox runs the function, once for all tokens of a sign-in: MiniStack asks for each of them, with the same event."""
    asked = getattr(local, "asked", None)
    key = json.dumps(event, sort_keys=True)
    if asked is not None and key in asked:
        return {"body": asked[key]}
    url = triggers.get(event["userPoolId"])
    if url is None:
        raise TriggerFailed("UnexpectedLambdaException", "PreTokenGeneration cannot be run")
    request = urllib.request.Request(url, json.dumps(event).encode(), {"content-type": "application/json"})
    try:
        with direct.open(request, timeout=TRIGGER_TIMEOUT_SECONDS) as reply:
            answer = json.loads(reply.read())
    except urllib.error.HTTPError as rejected:
        told = json.loads(rejected.read())
        raise TriggerFailed(told["code"], told["message"]) from rejected
    except OSError as unreachable:
        raise TriggerFailed("UnexpectedLambdaException", f"PreTokenGeneration cannot be run: {unreachable}") from unreachable
    if asked is not None:
        asked[key] = answer
    return {"body": answer}


def once(build):
    def built(*args, **kwargs):
        local.asked = {}
        try:
            return build(*args, **kwargs)
        finally:
            local.asked = None

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


class NotKept(dict):
    """
    MiniStack refreshes the tokens of its sign-in page from a list of its own, without asking for the client, the end of the token or the
    user's attributes. Off that list they are refreshed as those of the API.
    """

    def __setitem__(self, token, entry):
        pass


rotated = {}  # when a refresh token was used for the first time, by its jti


def refresh(result_of):
    """
    A refresh token ends. With rotation each use gives a new one for the rest of that time, and the one before is good for the grace period only.
    Documented: "Refresh tokens" in the Cognito developer guide.
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
        answer = rejected = None
        try:
            answer, rejected = result_of(pool, pid, cid, token)
        finally:
            # Without new tokens the old one was not used.
            if answer is None and first is use:
                rotated.pop(claims["jti"], None)
        if answer is not None:
            fresh = {**claims, "iat": int(now), "jti": cognito.new_uuid()}
            answer["RefreshToken"] = cognito._signed_jwt(fresh, pid, "access")
        return answer, rejected

    return result


def refresh_grant(token, cid, secret):
    """As MiniStack's, which forgets the new refresh token and how long an access token is good."""
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
    """MiniStack revokes what anybody says. Documented: RevokeToken in the API reference, and its errors."""

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

sessions = {}  # what a challenge was for, by its session: client, user, challenge, end
CHALLENGES = ("NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA", "MFA_SETUP")


def password_auth_result(result_of):
    def result(pool, pid, cid, user, *args, **kwargs):
        answer = result_of(pool, pid, cid, user, *args, **kwargs)
        body = json.loads(answer[2])
        if body.get("Session"):
            minutes = int(pool["_clients"][cid].get("AuthSessionValidity") or 3)
            sessions[body["Session"]] = (cid, user["Username"], body["ChallengeName"], time.time() + minutes * 60)
        return answer

    return result


def challenged(respond):
    """MiniStack answers a challenge with tokens for whatever user is named, whoever asks: the session says who proved a password before."""

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
    """MiniStack's codes are the same for everybody. No code ever leaves this machine, so that nobody has one."""
    return lambda issued, code: check(issued, code) or error(
        "CodeMismatchException", "Invalid verification code provided, please try again.", 400
    )


def admin_confirm_sign_up(confirm):
    """MiniStack confirms whoever has yet to change a temporary password, too."""

    def confirmed(data):
        pool = cognito._user_pools.get(data.get("UserPoolId"))
        user = cognito._resolve_user(pool, data.get("Username"))[0] if pool else None
        if user and user.get("UserStatus") != "UNCONFIRMED":
            status = user.get("UserStatus")
            return error("NotAuthorizedException", f"User cannot be confirmed. Current status is {status}", 400)
        return confirm(data)

    return confirmed


def resolve_user(resolve):
    """Without `CaseSensitive` a name is the same in any case; MiniStack keeps the setting and compares exactly."""

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


# ------------------------------------------------------------------------------------------------ in their places


def instead(stand_in, *names):
    for name in names:
        setattr(cognito, name, stand_in(getattr(cognito, name)))


def install():
    app.AUTH = Checking()
    instead(given, "_pool_id", "_client_id")
    instead(create_user_pool, "_create_user_pool")
    instead(create_user_pool_client, "_create_user_pool_client")

    os.environ["MINISTACK_COGNITO_PRETOKEN_STRICT"] = "1"
    lambda_svc._get_func_record_for_ref = lambda reference: ({}, {}, reference)
    lambda_svc._execution_record_for_config = lambda record, _config: record
    lambda_svc._execute_function_with_config_scope = ask
    instead(once, "_build_auth_result")

    cognito._refresh_tokens = NotKept()
    cognito._oauth2_refresh_api_issued_token = refresh_grant
    instead(refresh, "_refresh_auth_result")
    instead(get_tokens_from_refresh_token, "_get_tokens_from_refresh_token")
    instead(revoke_token, "_revoke_token")

    instead(password_auth_result, "_password_auth_result")
    instead(challenged, "_respond_to_auth_challenge", "_admin_respond_to_auth_challenge")

    instead(code_error, "_code_error")
    instead(admin_confirm_sign_up, "_admin_confirm_sign_up")
    instead(resolve_user, "_resolve_user")
    instead(new_user_error, "_new_user_error")

    instead(api, "_run_idp_handler")
    instead(token_endpoint, "_oauth2_token")
    instead(checking, "_run_idp_handler", "_oauth2_token", "handle_oauth2_userinfo", "handle_login_submit")
