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

/** A profile to look at, so that the first query has an answer at once. */
async function someProfileId(headers) {
  const { data } = await ask({ query: '{ profiles(first: 1) { edges { node { id } } } }' }, headers).catch(() => ({}));
  return data?.profiles?.edges[0]?.node.id;
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

async function show() {
  const token = takeToken();
  const headers = { Authorization: token ? `Bearer ${token}` : PLACEHOLDER };
  const operations = await fetch('/graphiql/operations.json').then((response) => response.json());
  const defaultHeaders = JSON.stringify(headers, null, 2);
  const props = {
    fetcher: (request, { headers: typed } = {}) => ask(request, typed ?? headers),
    defaultTabs: tabsOf(operations, defaultHeaders, token ? await someProfileId(headers) : undefined),
    defaultHeaders,
    initialHeaders: defaultHeaders,
    defaultEditorToolsVisibility: 'headers',
    storage: sessionStorage,
  };
  createRoot(document.getElementById('page')).render(createElement(GraphiQL, props));
}

await show();
