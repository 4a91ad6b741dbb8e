void sluice_simdjson_placeholder(void);
