import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeSupergraph } from './compose.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';

/** Writes the schemas and a supergraph.yaml that names them; returns the yaml's path. */
const project = (schemas: Record<string, string>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  const entries = Object.entries(schemas).map(([name, sdl], index) => {
    writeFileSync(join(folder, `${name}.graphql`), sdl);
    return `  ${name}:\n    routing_url: http://localhost:${5000 + index}/graphql\n    schema:\n      file: ./${name}.graphql`;
  });
  const yaml = join(folder, 'supergraph.yaml');
  writeFileSync(yaml, `federation_version: =2.14.4\nsubgraphs:\n${entries.join('\n')}\n`);
  return yaml;
};

const problemsOf = (yaml: string): string => {
  const composition = composeSupergraph(yaml);
  return composition.ok ? 'composed' : composition.problems.join('\n');
};

describe('composing supergraph.yaml', () => {
  test('subgraphs that fit give a supergraph with their routing urls', () => {
    const composition = composeSupergraph(
      project({
        users: `${link} type Query { me: User } type User @key(fields: "id") { id: ID! name: String }`,
        orders: `${link} type Query { n: Int } type User @key(fields: "id") { id: ID! orders: [ID!]! }`,
      }),
    );
    expect(composition.ok && composition.supergraphSdl).toContain(
      'USERS @join__graph(name: "users", url: "http://localhost:5000/graphql")',
    );
  });

  test('a conflict between subgraphs is told with its code, both subgraphs and their lines', () => {
    const problems = problemsOf(
      project({
        users: `${link}\ntype Query { me: User }\ntype User @key(fields: "id") {\n  id: ID!\n  age: Int @shareable\n}`,
        orders: `${link}\ntype Query { n: Int }\ntype User @key(fields: "id") {\n  id: ID!\n  age: String @shareable\n}`,
      }),
    );
    expect(problems).toContain('FIELD_TYPE_MISMATCH: ');
    expect(problems).toContain('at users.graphql:5:3 (users)');
    expect(problems).toContain('at orders.graphql:5:3 (orders)');
  });

  test('a mistake inside one subgraph points at the line of its schema file', () => {
    const problems = problemsOf(project({ users: `${link}\ntype Query {\n  me: Person\n}` }));
    expect(problems).toContain('[users] Unknown type Person');
    expect(problems).toMatch(/at users\.graphql:3:\d+ \(users\)/);
  });

  test('a syntax error points at its place', () => {
    expect(problemsOf(project({ users: `${link}\ntype Query {\n  me: \n}` }))).toMatch(
      /Syntax Error: [^\n]*\n {2}at users\.graphql:4:1 \(users\)/,
    );
  });

  test('a query that no plan can answer is refused', () => {
    const problems = problemsOf(
      project({
        users: `${link} type Query { me: User } type User @key(fields: "id") { id: ID! }`,
        orders: `${link} type Query { n: Int } type User @key(fields: "number") { number: Int! @shareable total: Int }`,
      }),
    );
    expect(problems).toContain('SATISFIABILITY_ERROR');
  });

  test('a yaml that is not a supergraph.yaml, and a missing schema file, are named', () => {
    const yaml = project({ users: `${link} type Query { n: Int }` });
    writeFileSync(yaml, 'federation_version: =2.14.4\nsubgraphs:\n  users:\n    routing_url: nowhere\n');
    expect(problemsOf(yaml)).toMatch(/routing_url/);
    writeFileSync(
      yaml,
      'federation_version: =2.14.4\nsubgraphs:\n  users:\n    routing_url: http://localhost:1/\n    schema:\n      file: ./absent.graphql\n',
    );
    expect(problemsOf(yaml)).toMatch(/SCHEMA_UNREADABLE: .*absent\.graphql/);
  });
});
