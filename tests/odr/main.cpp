// Both translation units are linked into this program; that it links is the test.
namespace odr {
int forward();
int backward();
}  // namespace odr

int main() { return odr::forward() == odr::backward() ? 0 : 1; }
