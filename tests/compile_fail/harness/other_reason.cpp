// EXPECT: static assertion failed.*the expected sentence
int answer() { return undeclared_name; }
