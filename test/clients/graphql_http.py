"""Runs operations by gql over HTTP; prints, as JSON, the data or the errors' codes of each.

Reads JSON from the standard input: url, token, and operations, each with a document and variables. `walk` names a
connection at the root: its pages are followed to the end, and the nodes' ids printed.
"""

import json
import sys

from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.requests import RequestsHTTPTransport


def run(client, operation):
    request = gql(operation["document"])
    request.variable_values = operation.get("variables", {})
    try:
        return {"data": client.execute(request)}
    except TransportQueryError as error:
        return {"codes": [one["extensions"]["code"] for one in error.errors]}


def walk(client, operation):
    ids = []
    variables = dict(operation.get("variables", {}))
    while True:
        page = run(client, {**operation, "variables": variables})["data"][operation["walk"]]
        ids += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return {"ids": ids}
        variables["after"] = page["pageInfo"]["endCursor"]


def main():
    order = json.load(sys.stdin)
    headers = {"authorization": "Bearer " + order["token"]}
    transport = RequestsHTTPTransport(url=order["url"], headers=headers)
    client = Client(transport=transport, fetch_schema_from_transport=order.get("fetchSchema", False))
    print(json.dumps([walk(client, one) if "walk" in one else run(client, one) for one in order["operations"]]))


main()
