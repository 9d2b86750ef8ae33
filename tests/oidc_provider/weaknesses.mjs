// Weaknesses by name. Some are options that the provider has, some are lines its users add, some undo a rule of its.
// tests/oidc_server.py says which check must find which.

// A configuration that its user chose badly.
export function configured(strict, weak) {
  const c = strict;
  if (weak.has('par-required')) c.features.pushedAuthorizationRequests.requirePushedAuthorizationRequests = true;
  if (weak.has('pkce-optional')) c.pkce.required = () => false;
  if (weak.has('implicit')) c.responseTypes = ['code', 'id_token', 'id_token token', 'code token'];
  if (weak.has('refresh-kept')) c.rotateRefreshToken = false;
  if (weak.has('registration-open')) {
    c.features.registration = { enabled: true, initialAccessToken: false };
    c.features.registrationManagement = { enabled: true };
  }
  if (weak.has('introspection-open')) c.features.introspection.allowedPolicy = () => true;
  if (weak.has('long-lived')) c.ttl.AccessToken = 30 * 86400;
  if (weak.has('code-long-lived')) c.ttl.AuthorizationCode = 3600;
  if (weak.has('hmac-id-token')) c.enabledJWA.idTokenSigningAlgValues = ['RS256', 'HS256'];
  if (weak.has('bearer-query')) c.acceptQueryParamAccessTokens = true;
  if (weak.has('max-age-ignored')) {
    c.interactions.policy.get('login').checks.remove('max_age');
    c.interactions.policy.get('login').checks.remove('login_prompt');
  }
  if (weak.has('open-redirector')) {
    const page = c.renderError;
    c.renderError = (ctx, out, error) => {
      const place = ctx.query.redirect_uri;
      if (typeof place !== 'string' || !place.startsWith('https://')) return page(ctx, out, error);
      ctx.status = 303;
      ctx.set('location', `${place}${place.includes('?') ? '&' : '?'}error=${out.error}`);
      return undefined;
    };
  }
  return c;
}

// Rules of the provider undone, one by one.
export function patched(provider, weak, given) {
  const client = provider.Client.prototype;
  if (weak.has('redirect-prefix')) {
    client.redirectUriAllowed = function allowed(value) {
      return this.redirectUris.some((one) => value.startsWith(one));
    };
  }
  if (weak.has('logout-open')) client.postLogoutRedirectUriAllowed = () => true;
  if (weak.has('secret-unchecked')) client.compareClientSecret = () => true;
  if (weak.has('code-replayed')) provider.AuthorizationCode.prototype.consume = async () => {};
  if (weak.has('par-reused')) provider.PushedAuthorizationRequest.prototype.consume = async () => {};
  if (weak.has('assertion-replayed')) provider.ReplayDetection.unique = async () => true;
  if (weak.has('code-unbound')) unbind(provider);
  if (weak.has('password-grant')) password(provider, given.account);
}

// A code is handed to whichever client asks, with whichever redirect_uri.
function unbind(provider) {
  const find = provider.AuthorizationCode.find.bind(provider.AuthorizationCode);
  provider.AuthorizationCode.find = async (...args) => {
    const code = await find(...args);
    const { oidc } = provider.constructor.ctx;
    if (!code) return code;
    code.redirectUri = oidc.params.redirect_uri;
    if (code.clientId === oidc.client.clientId) return code;
    const grant = new provider.Grant({ accountId: code.accountId, clientId: oidc.client.clientId });
    grant.addOIDCScope(code.scope);
    code.grantId = await grant.save();
    code.clientId = oidc.client.clientId;
    code.expiresWithSession = false;
    return code;
  };
}

function password(provider, account) {
  provider.registerGrantType('password', async (ctx) => {
    const { username, password: secret } = ctx.oidc.params;
    if (username !== account.username || secret !== account.password) {
      ctx.status = 400;
      ctx.body = { error: 'invalid_grant' };
      return;
    }
    const grant = new provider.Grant({ accountId: username, clientId: ctx.oidc.client.clientId });
    grant.addOIDCScope('openid');
    const grantId = await grant.save();
    const token = new provider.AccessToken({
      accountId: username, client: ctx.oidc.client, grantId, gty: 'password', scope: 'openid',
    });
    ctx.body = { access_token: await token.save(), token_type: 'Bearer', expires_in: token.expiration, scope: 'openid' };
  }, new Set(['username', 'password', 'scope']));
}

// A proxy in front that spoils what passes through it.
export function wrapped(weak) {
  return async (ctx, next) => {
    await next();
    const place = ctx.response.get('location');
    if (place && weak.has('state-cut')) ctx.set('location', place.replace(/([?&]state=[^&]{8})[^&]*/, '$1'));
    if (place && weak.has('iss-wrong')) {
      ctx.set('location', place.replace(/([?&]iss=)[^&]*/, '$1https%3A%2F%2Felsewhere.test'));
    }
    if (ctx.path === '/token' && weak.has('tokens-cached')) {
      ctx.remove('cache-control');
      ctx.remove('pragma');
      ctx.set('cache-control', 'public, max-age=600');
    }
  };
}
