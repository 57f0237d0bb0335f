// EXPECT: the expected sentence
// WITHIN: 1
int early() { return undeclared_name; }
static_assert(sizeof(int) == 0, "the expected sentence");
