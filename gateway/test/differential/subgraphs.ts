/** The subgraphs of a supergraph by name. */
export type Subgraphs = Readonly<Record<string, string>>;
