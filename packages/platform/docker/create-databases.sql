-- Run once by the official PostgreSQL image on an empty volume: a database for each subgraph, and identity's.
CREATE DATABASE users;
CREATE DATABASE products;
CREATE DATABASE orders;
CREATE DATABASE payments;
CREATE DATABASE identity;
