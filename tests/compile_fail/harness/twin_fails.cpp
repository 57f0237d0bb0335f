// EXPECT: undeclared_name
int answer() { return undeclared_name; }
