// Judges JSON documents with ajv, as strictly as SchemaStore does: node judge.js AJV SCHEMA < DOCUMENTS
// The schema must compile in strict mode; of each document of the list, true or false is printed, as JSON.
const { readFileSync } = require("node:fs");

const [ajv, schema] = process.argv.slice(2);
const Ajv = require(ajv).default;
const judge = new Ajv({ strict: true }).compile(JSON.parse(readFileSync(schema)));
console.log(JSON.stringify(JSON.parse(readFileSync(0)).map((document) => judge(document))));
