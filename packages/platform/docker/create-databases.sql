-- Run once by the official PostgreSQL image on an empty volume: a database for each service that has one.
CREATE DATABASE users;
CREATE DATABASE products;
CREATE DATABASE orders;
CREATE DATABASE payments;
CREATE DATABASE identity;
CREATE DATABASE gateway;
