-- The read models' database beside the write database that the image makes.
CREATE DATABASE sluice_read OWNER sluice;
