-- Run once by the official PostgreSQL image on an empty volume: a database for each subgraph.
CREATE DATABASE users;
CREATE DATABASE products;
CREATE DATABASE orders;
CREATE DATABASE payments;
