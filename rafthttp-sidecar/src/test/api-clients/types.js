// Writes the types of the document, binary bodies as Blob: openapi-typescript's own way for what it leaves to its users.
//
// usage: node types.js DOCUMENT OUTPUT

import fs from "node:fs";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const BLOB = ts.factory.createTypeReferenceNode(ts.factory.createIdentifier("Blob"));

const nodes = await openapiTS(pathToFileURL(process.argv[2]), {
    transform: (schema) => (schema.format === "binary" ? BLOB : undefined),
});
fs.writeFileSync(process.argv[3], astToString(nodes));
