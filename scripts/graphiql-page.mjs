import 'graphiql/style.css';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

/** The page of `/graphiql`: runs in the browser, bundled by build-graphiql.mjs. It loads nothing from another host. */
const FIRST_TABS = [
  'profile-360',
  'list-profiles',
  'profile-by-identifier',
  'profile-journey',
  'identity-graph',
  'viewer',
];
const PLACEHOLDER = 'Bearer ...';
const TOKEN_KEY = 'tributary:token';
const EDITED = new Set(['graphiql:tabState', 'graphiql:query', 'graphiql:variables', 'graphiql:headers']);
const WORKERS = { json: '/graphiql/json.worker.js', graphql: '/graphiql/graphql.worker.js' };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(WORKERS[label] ?? '/graphiql/editor.worker.js'),
};

/** The token of `/graphiql#token=...`, taken out of the address and kept for this browser tab alone. */
function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    sessionStorage.setItem(TOKEN_KEY, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(TOKEN_KEY);
}

function withoutPlaceholder(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== PLACEHOLDER));
}

async function ask(body, headers) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...withoutPlaceholder(headers) },
    body: JSON.stringify(body),
  });
  return response.json();
}

/** A profile to look at, so that the first query has an answer at once: of the newest, the one that most channels know. */
async function someProfileId(headers) {
  const query = '{ profiles(first: 50) { edges { node { id channelAccounts { id } } } } }';
  const { data } = await ask({ query }, headers).catch(() => ({}));
  const profiles = (data?.profiles?.edges ?? []).map(({ node }) => node);
  return profiles.sort((left, right) => right.channelAccounts.length - left.channelAccounts.length)[0]?.id;
}

function variablesFor(query, profileId) {
  const [, name] = /\$(id|profileId): ID!/.exec(query) ?? [];
  return name && JSON.stringify({ [name]: profileId ?? 'prf_...' }, null, 2);
}

function tabsOf(operations, headers, profileId) {
  const chosen = FIRST_TABS.flatMap((name) => operations.find((operation) => operation.name === name) ?? []);
  return (chosen.length > 0 ? chosen : operations).map(({ query }) => ({
    query,
    variables: variablesFor(query, profileId),
    headers,
  }));
}

/** Keeps the settings and the history of a browser tab, and not what is being edited: each visit begins with the examples. */
const storage = {
  getItem: (key) => (EDITED.has(key) ? null : sessionStorage.getItem(key)),
  setItem: (key, value) => sessionStorage.setItem(key, value),
  removeItem: (key) => sessionStorage.removeItem(key),
  clear: () => sessionStorage.clear(),
  get length() {
    return sessionStorage.length;
  },
};

async function show() {
  const token = takeToken();
  const headers = { Authorization: token ? `Bearer ${token}` : PLACEHOLDER };
  const operations = await fetch('/graphiql/operations.json').then((response) => response.json());
  const defaultHeaders = JSON.stringify(headers, null, 2);
  const tabs = tabsOf(operations, defaultHeaders, token ? await someProfileId(headers) : undefined);
  const props = {
    fetcher: (request, { headers: typed } = {}) => ask(request, { ...headers, ...typed }),
    defaultTabs: tabs,
    defaultHeaders,
    initialVariables: tabs[0]?.variables,
    defaultEditorToolsVisibility: token ? 'variables' : 'headers',
    storage,
  };
  createRoot(document.getElementById('page')).render(createElement(GraphiQL, props));
}

await show();
