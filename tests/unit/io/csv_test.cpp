#include <crmetrics/core/error.hpp>
#include <crmetrics/io/csv.hpp>
#include <crmetrics/workload/rng.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace crm = crmetrics;

using strings = std::vector<std::string>;

// The problems of whatever `act` refuses; fails where it refuses nothing.
template <class Act>
std::vector<crm::problem> problems_of(Act act) {
  try {
    act();
  } catch (const crm::bad_input& refused) {
    EXPECT_EQ(refused.what(), refused.problems().text());
    return {refused.problems().begin(), refused.problems().end()};
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

std::vector<crm::problem> problems_of_text(const std::string& text) {
  return problems_of([&] { crm::parse_csv(text); });
}

void expect_problem(const crm::problem& p, const std::string& field, std::uint64_t row,
                    const std::string& value, const std::string& reason) {
  EXPECT_EQ(p.field, field);
  EXPECT_EQ(p.row, row);
  EXPECT_EQ(p.value, value);
  EXPECT_EQ(p.reason, reason);
}

strings row_of(const crm::csv_table& table, std::size_t row) {
  strings out;
  for (std::size_t i = 0; i != table.names().size(); ++i) out.emplace_back(table.cell(row, i));
  return out;
}

class scratch_file {
 public:
  explicit scratch_file(const std::string& text) { std::ofstream(path_, std::ios::binary) << text; }
  ~scratch_file() { std::filesystem::remove(path_); }
  scratch_file(const scratch_file&) = delete;
  scratch_file& operator=(const scratch_file&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  // Two builds may run their tests at the same time.
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() /
      ("crmetrics_csv_" + std::to_string(std::random_device{}()) + ".csv");
};

// --- what is read
// ---------------------------------------------------------------------------------

// The examples of RFC 4180, section 2, points 1 to 7.
TEST(csv, examples_of_rfc_4180) {
  const auto plain = crm::parse_csv("field_name,b,c\r\naaa,bbb,ccc\r\nzzz,yyy,xxx\r\n");
  ASSERT_EQ(plain.rows(), 2U);
  EXPECT_EQ(plain.names(), (strings{"field_name", "b", "c"}));
  EXPECT_EQ(row_of(plain, 0), (strings{"aaa", "bbb", "ccc"}));
  EXPECT_EQ(row_of(plain, 1), (strings{"zzz", "yyy", "xxx"}));

  const auto unended = crm::parse_csv("a,b,c\r\naaa,bbb,ccc\r\nzzz,yyy,xxx");
  ASSERT_EQ(unended.rows(), 2U);
  EXPECT_EQ(row_of(unended, 1), (strings{"zzz", "yyy", "xxx"}));

  const auto quoted = crm::parse_csv("a,b,c\r\n\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx\r\n");
  ASSERT_EQ(quoted.rows(), 2U);
  EXPECT_EQ(row_of(quoted, 0), (strings{"aaa", "b\r\nbb", "ccc"}));

  const auto doubled = crm::parse_csv("a,b,c\r\n\"aaa\",\"b\"\"bb\",\"ccc\"\r\n");
  EXPECT_EQ(row_of(doubled, 0), (strings{"aaa", "b\"bb", "ccc"}));
}

TEST(csv, spaces_separators_and_empty_cells_are_kept) {
  const auto table = crm::parse_csv("a,b,c\n x ,\"1,2\",\n,\"\", \n");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(row_of(table, 0), (strings{" x ", "1,2", ""}));
  EXPECT_EQ(row_of(table, 1), (strings{"", "", " "}));
}

TEST(csv, line_ends_may_be_mixed) {
  const auto table = crm::parse_csv("a,b\n1,2\r\n3,4\n");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(row_of(table, 0), (strings{"1", "2"}));
  EXPECT_EQ(row_of(table, 1), (strings{"3", "4"}));
}

TEST(csv, byte_order_mark_is_skipped) {
  const auto table = crm::parse_csv(
      "\xef\xbb\xbf"
      "a,b\n1,2\n");
  EXPECT_EQ(table.names(), (strings{"a", "b"}));
  const auto quoted = crm::parse_csv("\xef\xbb\xbf\"a\",b\n1,2\n");
  EXPECT_EQ(quoted.names(), (strings{"a", "b"}));
}

TEST(csv, a_header_alone_is_an_empty_table) {
  for (const char* text : {"a,b", "a,b\n", "a,b\r\n\r\n"}) {
    const auto table = crm::parse_csv(text);
    EXPECT_EQ(table.rows(), 0U);
    EXPECT_EQ(table.names(), (strings{"a", "b"}));
    EXPECT_TRUE(table.column<int>("a").empty());
  }
}

TEST(csv, empty_lines_at_the_end_are_skipped) {
  EXPECT_EQ(crm::parse_csv("a,b\n1,2\n\n\r\n\n").rows(), 1U);
}

TEST(csv, an_empty_line_of_a_single_column_is_an_empty_cell) {
  const auto table = crm::parse_csv("a\n1\n\n3\n\n");
  EXPECT_EQ(table.column<std::optional<int>>("a"),
            (std::vector<std::optional<int>>{1, std::nullopt, 3, std::nullopt}));
}

TEST(csv, another_separator) {
  const auto table = crm::parse_csv("a;b\n1,5;2\n", ';');
  EXPECT_EQ(row_of(table, 0), (strings{"1,5", "2"}));
  for (const char bad : {'"', '\n', '\r'}) {
    EXPECT_THROW(crm::parse_csv("a\n", bad), crm::invalid_setting);
  }
}

TEST(csv, lines_count_the_breaks_inside_quotes) {
  const auto table = crm::parse_csv("\"a\nb\",c\n\"1\n2\r\n3\",4\n5,6\n");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.names()[0], "a\nb");
  EXPECT_EQ(table.line(0), 3U);
  EXPECT_EQ(table.line(1), 6U);
}

TEST(csv, columns_by_name) {
  const auto table = crm::parse_csv("a,b\n1,2\n");
  EXPECT_EQ(table.find("a"), 0U);
  EXPECT_EQ(table.find("b"), 1U);
  EXPECT_EQ(table.find("A"), std::nullopt);
  EXPECT_EQ(table.text("b"), std::vector<std::string_view>{"2"});
}

TEST(csv, a_table_may_be_copied_and_moved) {
  auto table = crm::parse_csv("a,b\n1,2\n");  // short enough to lie inside the std::string
  const crm::csv_table copy = table;
  const crm::csv_table moved = std::move(table);
  EXPECT_EQ(row_of(copy, 0), (strings{"1", "2"}));
  EXPECT_EQ(row_of(moved, 0), (strings{"1", "2"}));
}

// --- types
// ----------------------------------------------------------------------------------------

TEST(csv, whole_numbers) {
  const auto table = crm::parse_csv("x\n-9223372036854775808\n9223372036854775807\n0\n007\n");
  EXPECT_EQ(table.column<std::int64_t>("x"),
            (std::vector<std::int64_t>{(std::numeric_limits<std::int64_t>::min)(),
                                       (std::numeric_limits<std::int64_t>::max)(), 0, 7}));
  const auto bytes = crm::parse_csv("x\n0\n255\n").column<std::uint8_t>("x");
  EXPECT_EQ(bytes, (std::vector<std::uint8_t>{0, 255}));
}

TEST(csv, cells_that_are_no_whole_numbers) {
  for (const char* cell : {"1.0", "1 ", " 1", "+1", "1e3", "0x10", "--1", "one", "1,", "-129",
                           "128", "99999999999999999999999", "NaN"}) {
    const auto table = crm::parse_csv("x;y\n" + std::string(cell) + ";\n", ';');
    const auto problems = problems_of([&] { (void)table.column<std::int8_t>("x"); });
    ASSERT_EQ(problems.size(), 1U) << cell;
    expect_problem(problems[0], "x", 1, cell, "is not a whole number from -128 to 127 (line 2)");
  }
  const auto problems =
      problems_of([] { (void)crm::parse_csv("x\n-1\n").column<std::uint32_t>("x"); });
  expect_problem(problems.at(0), "x", 1, "-1",
                 "is not a whole number from 0 to 4294967295 (line 2)");
}

TEST(csv, floating_point_numbers) {
  const auto table = crm::parse_csv("x\n0.1\n-2.5e3\n7\n.5\n");
  EXPECT_EQ(table.column<double>("x"), (std::vector<double>{0.1, -2500, 7, 0.5}));
  for (const char* cell : {"nan", "inf", "-inf", "1.5x", "1,5", " 1.5", "abc"}) {
    const auto bad = crm::parse_csv("x;y\n" + std::string(cell) + ";\n", ';');
    const auto problems = problems_of([&] { (void)bad.column<double>("x"); });
    ASSERT_EQ(problems.size(), 1U) << cell;
    expect_problem(problems[0], "x", 1, cell, "is not a finite number (line 2)");
  }
  const auto problems = problems_of([] { (void)crm::parse_csv("x\n1e999\n").column<double>("x"); });
  expect_problem(problems.at(0), "x", 1, "1e999", "is a number out of range (line 2)");
}

TEST(csv, words_for_true_and_false) {
  const auto table = crm::parse_csv("x\ntrue\nFALSE\nYes\nno\n1\n0\n");
  EXPECT_EQ(table.column<bool>("x"), (std::vector<bool>{true, false, true, false, true, false}));
  for (const char* cell : {"2", "y", "tru", "truee", "ja"}) {
    const auto problems = problems_of(
        [&] { (void)crm::parse_csv("x\n" + std::string(cell) + "\n").column<bool>("x"); });
    ASSERT_EQ(problems.size(), 1U) << cell;
    expect_problem(problems[0], "x", 1, cell, "is none of true, false, yes, no, 1, 0 (line 2)");
  }
}

TEST(csv, an_empty_cell_is_missing_or_a_problem) {
  const auto table = crm::parse_csv("n,t,b\n,,\n\"\",\"\",\"\"\n5,five,yes\n");
  EXPECT_EQ(table.column<std::optional<int>>("n"),
            (std::vector<std::optional<int>>{std::nullopt, std::nullopt, 5}));
  EXPECT_EQ(table.column<std::optional<bool>>("b"),
            (std::vector<std::optional<bool>>{std::nullopt, std::nullopt, true}));
  EXPECT_EQ(table.column<std::string>("t"), (strings{"", "", "five"}));
  EXPECT_EQ(table.column<std::optional<std::string>>("t"),
            (std::vector<std::optional<std::string>>{std::nullopt, std::nullopt, "five"}));
  const auto problems = problems_of([&] { (void)table.column<int>("n"); });
  ASSERT_EQ(problems.size(), 2U);
  expect_problem(problems[0], "n", 1, "", "is empty (line 2)");
  expect_problem(problems[1], "n", 2, "", "is empty (line 3)");
}

TEST(csv, a_missing_cell_must_still_be_right_where_it_is_there) {
  const auto problems =
      problems_of([] { (void)crm::parse_csv("x\n\n5\n6.5\n").column<std::optional<int>>("x"); });
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].row, 3U);
  EXPECT_EQ(problems[0].value, "6.5");
}

// --- converters
// -----------------------------------------------------------------------------------

TEST(csv, converter_that_returns_a_value_or_throws) {
  const auto hundredths = [](std::string_view cell) {
    if (cell.size() != 4 || cell[1] != '.') throw std::runtime_error("is not like 1.25");
    return (cell[0] - '0') * 100 + (cell[2] - '0') * 10 + (cell[3] - '0');
  };
  const auto table = crm::parse_csv("x\n1.25\n9.00\n");
  EXPECT_EQ(table.column<int>("x", hundredths), (std::vector<int>{125, 900}));
  const auto problems =
      problems_of([&] { (void)crm::parse_csv("x\n1.25\n12.5\n").column<int>("x", hundredths); });
  ASSERT_EQ(problems.size(), 1U);
  expect_problem(problems[0], "x", 2, "12.5", "is not like 1.25 (line 3)");
}

TEST(csv, converter_that_returns_an_optional) {
  const auto grade = [](std::string_view cell) -> std::optional<int> {
    if (cell.size() == 1 && cell[0] >= 'A' && cell[0] <= 'E') return cell[0] - 'A';
    return std::nullopt;
  };
  const auto table = crm::parse_csv("x\nB\n\nE\n");
  EXPECT_EQ(table.column<std::optional<int>>("x", grade),
            (std::vector<std::optional<int>>{1, std::nullopt, 4}));
  const auto problems = problems_of(
      [&] { (void)crm::parse_csv("x\nB\n\nF\n").column<std::optional<int>>("x", grade); });
  ASSERT_EQ(problems.size(), 1U);
  expect_problem(problems[0], "x", 3, "F", "cannot be read (line 4)");
}

TEST(csv, a_failing_converter_always_has_a_reason) {
  struct silent : std::exception {
    const char* what() const noexcept override { return ""; }
  };
  const auto fails = [](std::string_view) -> int { throw silent(); };
  const auto problems =
      problems_of([&] { (void)crm::parse_csv("x\n1\n").column<int>("x", fails); });
  expect_problem(problems.at(0), "x", 1, "1", "cannot be read (line 2)");
}

// --- records
// --------------------------------------------------------------------------------------

enum class grade { good, bad };

struct answer {
  std::uint32_t agent = 0;
  std::optional<int> rating;
  std::string comment;
  bool follow_up = false;
  grade verdict = grade::bad;
  double weight = 1;
};

grade to_grade(std::string_view cell) {
  if (cell == "good") return grade::good;
  if (cell == "bad") return grade::bad;
  throw crm::error("is neither good nor bad");
}

std::vector<answer> answers_of(const crm::csv_table& table) {
  return table.rows_as<answer>(
      crm::csv_field("agent", &answer::agent), crm::csv_field("rating", &answer::rating),
      crm::csv_field("comment", &answer::comment), crm::csv_field("follow_up", &answer::follow_up),
      crm::csv_field("verdict", &answer::verdict, to_grade));
}

TEST(csv, rows_as_records) {
  const auto answers =
      answers_of(crm::parse_csv("rating,comment,agent,follow_up,verdict\n"
                                "5,\"Quick, and \"\"kind\"\"\",7,yes,good\n"
                                ",,8,no,bad\n"));
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].agent, 7U);
  EXPECT_EQ(answers[0].rating, 5);
  EXPECT_EQ(answers[0].comment, "Quick, and \"kind\"");
  EXPECT_TRUE(answers[0].follow_up);
  EXPECT_EQ(answers[0].verdict, grade::good);
  EXPECT_EQ(answers[0].weight, 1);  // no field, left as it was made
  EXPECT_EQ(answers[1].rating, std::nullopt);
  EXPECT_EQ(answers[1].comment, "");
  EXPECT_FALSE(answers[1].follow_up);
}

TEST(csv, all_problems_of_all_columns_in_one_error) {
  const auto problems = problems_of([] {
    (void)answers_of(
        crm::parse_csv("agent,rating,follow_up,verdict\n"
                       "7,4,maybe,good\n"
                       "8,5,no,good\n"
                       "x,y,no,ugly\n",
                       ',', "answers.csv"));
  });
  ASSERT_EQ(problems.size(), 5U);
  expect_problem(
      problems[0], "comment", 0, "",
      "no such column; there are agent, rating, follow_up, verdict (answers.csv, line 1)");
  expect_problem(problems[1], "follow_up", 1, "maybe",
                 "is none of true, false, yes, no, 1, 0 (answers.csv, line 2)");
  expect_problem(problems[2], "agent", 3, "x",
                 "is not a whole number from 0 to 4294967295 (answers.csv, line 4)");
  expect_problem(problems[3], "rating", 3, "y",
                 "is not a whole number from -2147483648 to 2147483647 (answers.csv, line 4)");
  expect_problem(problems[4], "verdict", 3, "ugly",
                 "is neither good nor bad (answers.csv, line 4)");
}

TEST(csv, many_problems_are_counted_and_some_are_shown) {
  std::string text = "a,b\n";
  for (int i = 0; i != 1000; ++i) text += "x,y\n";
  struct pair {
    int a = 0;
    int b = 0;
  };
  try {
    (void)crm::parse_csv(text).rows_as<pair>(crm::csv_field("a", &pair::a),
                                             crm::csv_field("b", &pair::b));
    FAIL() << "nothing was refused";
  } catch (const crm::bad_input& refused) {
    EXPECT_EQ(refused.problems().total(), 2000U);
    bool a = false;
    bool b = false;
    for (const crm::problem& p : refused.problems()) (p.field == "a" ? a : b) = true;
    EXPECT_TRUE(a && b);  // one bad column does not hide the other
  }
}

// --- malformed text
// -------------------------------------------------------------------------------

TEST(csv, no_text_at_all) {
  for (const char* text : {"", "\xef\xbb\xbf"}) {
    const auto problems = problems_of_text(text);
    ASSERT_EQ(problems.size(), 1U);
    expect_problem(problems[0], "", 0, "", "no header: the text is empty (line 1)");
  }
}

TEST(csv, header_without_a_name_or_with_one_twice) {
  const auto problems = problems_of_text("a,,b,a\n1,2,3,4\n");
  ASSERT_EQ(problems.size(), 2U);
  expect_problem(problems[0], "", 0, "", "column 2 has no name (line 1)");
  expect_problem(problems[1], "a", 0, "", "stands twice in the header (line 1)");
}

TEST(csv, rows_with_too_few_and_too_many_cells) {
  const auto problems = problems_of_text("a,b\n1\n1,2\n1,2,3\n,\n");
  ASSERT_EQ(problems.size(), 2U);
  expect_problem(problems[0], "", 1, "", "has 1 cell, the header has 2 (line 2)");
  expect_problem(problems[1], "", 3, "", "has 3 cells, the header has 2 (line 4)");
}

TEST(csv, an_empty_line_between_rows) {
  const auto problems = problems_of_text("a,b\n1,2\n\n\r\n3,4\n");
  ASSERT_EQ(problems.size(), 2U);
  expect_problem(problems[0], "", 2, "", "is an empty line (line 3)");
  expect_problem(problems[1], "", 3, "", "is an empty line (line 4)");
}

TEST(csv, a_quote_that_is_never_closed) {
  const auto problems = problems_of_text("a,b\n1,2\n3,\"4\n5,6\n");
  ASSERT_EQ(problems.size(), 1U);
  expect_problem(problems[0], "b", 2, "4\\n5,6\\n", "the quote is never closed (line 3)");
  EXPECT_EQ(problems_of_text("a,b\n1,\"").size(), 1U);
  EXPECT_EQ(problems_of_text("a,\"b").size(), 1U);
}

TEST(csv, quotes_in_the_wrong_place) {
  const auto problems = problems_of_text("a,b\n1\"2,3\n4,\"5\"6\n");
  ASSERT_EQ(problems.size(), 2U);
  expect_problem(problems[0], "a", 1, "1\"2", "a quote inside a cell that is not quoted (line 2)");
  expect_problem(problems[1], "b", 2, "6", "text after the closing quote (line 3)");
}

TEST(csv, a_lone_carriage_return) {
  const auto problems = problems_of_text("a,b\n1\r2,3\n4,5\r");
  ASSERT_EQ(problems.size(), 2U);
  expect_problem(problems[0], "a", 1, "1", "a carriage return without a line feed (line 2)");
  expect_problem(problems[1], "b", 2, "5", "a carriage return without a line feed (line 3)");
}

TEST(csv, everything_wrong_at_once_is_reported_at_once) {
  EXPECT_EQ(problems_of_text("a,a,\n1,2\n\n1\"2,3,4\n\"5\"6,7,8\n\"9").size(), 7U);
}

TEST(csv, a_missing_column_names_those_that_are_there) {
  const auto table = crm::parse_csv("a,b\n1,2\n");
  for (const auto& problems : {problems_of([&] { (void)table.text("c"); }),
                               problems_of([&] { (void)table.column<int>("c"); })}) {
    ASSERT_EQ(problems.size(), 1U);
    expect_problem(problems[0], "c", 0, "", "no such column; there are a, b (line 1)");
  }
}

TEST(csv, long_values_are_cut_in_messages) {
  const std::string e_acute = "\xc3\xa9";
  std::string cell = "x";  // so that byte 60 falls inside a character
  for (int i = 0; i != 100; ++i) cell += e_acute;
  const auto problems =
      problems_of([&] { (void)crm::parse_csv("a\n" + cell + "\n").column<int>("a"); });
  EXPECT_EQ(problems.at(0).value, cell.substr(0, 59) + "...");
}

// --- files
// ----------------------------------------------------------------------------------------

TEST(csv, reads_a_file) {
  const scratch_file file("a,b\r\n1,2\r\n");
  EXPECT_EQ(row_of(crm::read_csv(file.path()), 0), (strings{"1", "2"}));
}

TEST(csv, a_problem_in_a_file_names_the_file) {
  const scratch_file file("a,b\n1,x\n");
  const auto problems = problems_of([&] { (void)crm::read_csv(file.path()).column<int>("b"); });
  expect_problem(problems.at(0), "b", 1, "x",
                 "is not a whole number from -2147483648 to 2147483647 (" +
                     file.path().filename().string() + ", line 2)");
}

TEST(csv, a_file_that_cannot_be_read) {
  const auto folder = std::filesystem::temp_directory_path();
  EXPECT_THROW(crm::read_csv(folder / "crmetrics" / "no such file.csv"), crm::error);
  EXPECT_THROW(crm::read_csv(folder), crm::error);
}

TEST(csv, a_file_larger_than_one_read) {
  std::string text = "a\n";
  std::vector<int> expected;
  for (int i = 0; i != 50'000; ++i) {
    text += std::to_string(i) + "\n";
    expected.push_back(i);
  }
  const scratch_file file(text);
  EXPECT_EQ(crm::read_csv(file.path()).column<int>("a"), expected);
}

// --- any text
// -------------------------------------------------------------------------------------

std::string written(const std::string& cell, bool quoted) {
  if (!quoted) return cell;
  std::string out = "\"";
  for (const char c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

// Random cells, written with random quoting and line ends, come back as they were.
TEST(csv, random_round_trip) {
  constexpr std::string_view alphabet("ab\"\",,\n\r \xc3\xa9\t;", 13);
  crm::workload::random_stream random(42);
  for (int trial = 0; trial != 2'000; ++trial) {
    const std::size_t width = 1 + random.below(4);
    const std::size_t rows = random.below(5);
    std::vector<strings> table(rows + 1, strings(width));
    std::string text = random.chance(1, 4) ? "\xef\xbb\xbf" : "";
    for (std::size_t row = 0; row <= rows; ++row) {
      for (std::size_t column = 0; column != width; ++column) {
        std::string& cell = table[row][column];
        const std::size_t size = random.below(6);
        for (std::size_t i = 0; i != size; ++i) cell += alphabet[random.below(alphabet.size())];
        if (row == 0) cell += "column " + std::to_string(column);
        const bool must = cell.find_first_of("\",\n\r") != std::string::npos;
        if (column != 0) text += ',';
        text += written(cell, must || random.chance(1, 3));
      }
      text += random.chance(1, 2) ? "\n" : "\r\n";
    }
    const auto read = crm::parse_csv(text);
    ASSERT_EQ(read.names(), table[0]) << text;
    ASSERT_EQ(read.rows(), rows) << text;
    for (std::size_t row = 0; row != rows; ++row) {
      ASSERT_EQ(row_of(read, row), table[row + 1]) << text;
    }
  }
}

// Random bytes are read or refused, never more; what is read is a full table.
TEST(csv, random_bytes) {
  constexpr std::string_view alphabet("\"\"\",,\n\n\r\r1a\0\xff\xef\xbb\xbf", 16);
  crm::workload::random_stream random(43);
  int read = 0;
  int refused = 0;
  for (int trial = 0; trial != 20'000; ++trial) {
    std::string text;
    const std::size_t size = random.below(24);
    for (std::size_t i = 0; i != size; ++i) text += alphabet[random.below(alphabet.size())];
    try {
      const auto table = crm::parse_csv(text);
      ++read;
      for (std::size_t row = 0; row != table.rows(); ++row) {
        ASSERT_EQ(row_of(table, row).size(), table.names().size());
        ASSERT_GT(table.line(row), 1U);
      }
    } catch (const crm::bad_input& problems) {
      ++refused;
      ASSERT_FALSE(problems.problems().empty());
    }
  }
  EXPECT_GT(read, 500);
  EXPECT_GT(refused, 500);
}

}  // namespace
