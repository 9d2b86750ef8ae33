// A real OpenID Provider on loopback. Configuration: one line of JSON on standard input
//   {issuer, cert, key, clients, jwks, account: {username, password}, weak: [names], pages: form | script | steps}
// It listens on a free port, prints {"port": n}, and ends when its standard input does.
import * as fs from 'node:fs';
import * as https from 'node:https';
import * as readline from 'node:readline';
import Provider, { interactionPolicy } from 'oidc-provider';
import { configured, patched, wrapped } from './weaknesses.mjs';
import { interactions, page } from './pages.mjs';

const lines = readline.createInterface({ input: process.stdin });
const given = JSON.parse((await lines[Symbol.asyncIterator]().next()).value);
process.stdin.on('end', () => process.exit(0)).resume();
const weak = new Set(given.weak);

const strict = {
  clients: given.clients,
  jwks: given.jwks,
  cookies: { keys: ['only for tests'] },
  claims: { openid: ['sub'], profile: ['name'] },
  scopes: ['openid', 'profile', 'offline_access'],
  responseTypes: ['code'],
  clientAuthMethods: ['client_secret_basic', 'private_key_jwt', 'none'],
  enabledJWA: { idTokenSigningAlgValues: ['RS256'], clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: (ctx, client, token) => client.clientId === token.clientId },
    revocation: { enabled: true, allowedPolicy: (ctx, client, token) => client.clientId === token.clientId },
    clientCredentials: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true },
    registration: { enabled: false },
    rpInitiatedLogout: {
      logoutSource: (ctx, form) => page(ctx, `<h1>Sign out?</h1>${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>`),
      postLogoutSuccessSource: (ctx) => page(ctx, '<h1>Signed out</h1>'),
    },
  },
  pkce: { required: () => true },
  allowOmittingSingleRegisteredRedirectUri: false,
  rotateRefreshToken: true,
  issueRefreshToken: (ctx, client) => client.grantTypeAllowed('refresh_token'),
  ttl: {
    AccessToken: 600, AuthorizationCode: 8, ClientCredentials: 600, IdToken: 600,
    RefreshToken: 86400, Interaction: 600, Session: 86400, Grant: 86400,
  },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Test Person' }) }),
  interactions: { policy: interactionPolicy.base(), url: (ctx, one) => `/interaction/${one.uid}` },
  renderError: (ctx, out) => page(ctx, `<h1>Error</h1><p>${String(out.error).replace(/[^a-z_]/g, '')}</p>`),
};

const provider = new Provider(given.issuer, configured(strict, weak));
patched(provider, weak, given);
provider.use(wrapped(weak));
provider.use(interactions(provider, given.account, weak, given.pages));
const server = https.createServer(
  { cert: fs.readFileSync(given.cert), key: fs.readFileSync(given.key) }, provider.callback(),
);
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
