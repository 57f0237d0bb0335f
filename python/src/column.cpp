#include "column.hpp"

#include "arrow_abi.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

namespace crmetrics::python {

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw py::type_error("column \"" + name + "\": " + what);
}

// ---- Arrow
// ---------------------------------------------------------------------------------------

struct schema_holder {
  ArrowSchema schema{};
  schema_holder() = default;
  schema_holder(const schema_holder&) = delete;
  schema_holder& operator=(const schema_holder&) = delete;
  ~schema_holder() {
    if (schema.release != nullptr) schema.release(&schema);
  }
};
struct array_holder {
  ArrowArray array{};
  array_holder() = default;
  array_holder(const array_holder&) = delete;
  array_holder& operator=(const array_holder&) = delete;
  ~array_holder() {
    if (array.release != nullptr) array.release(&array);
  }
};

std::int64_t ticks_of(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 1'000;
    case 'u':
      return 1'000'000;
    case 'n':
      return 1'000'000'000;
    default:
      return 0;
  }
}

// The type of a format string; false where nothing here reads it.
bool read_format(std::string_view f, column& out) {
  const auto plain = [&](kind k) {
    out.type = k;
    return true;
  };
  if (f == "n") return plain(kind::null);
  if (f == "b") return plain(kind::bits);
  if (f == "c") return plain(kind::i8);
  if (f == "C") return plain(kind::u8);
  if (f == "s") return plain(kind::i16);
  if (f == "S") return plain(kind::u16);
  if (f == "i") return plain(kind::i32);
  if (f == "I") return plain(kind::u32);
  if (f == "l") return plain(kind::i64);
  if (f == "L") return plain(kind::u64);
  if (f == "e") return plain(kind::f16);
  if (f == "f") return plain(kind::f32);
  if (f == "g") return plain(kind::f64);
  if (f == "u") return plain(kind::text);
  if (f == "U") return plain(kind::large_text);
  if (f == "vu") return plain(kind::text_view);
  if (f == "tdD") return plain(kind::days);
  if (f == "tdm") {  // dates as milliseconds
    out.ticks = 1'000;
    return plain(kind::instants);
  }
  if (f.size() >= 4 && f.substr(0, 2) == "ts" && f[3] == ':') {
    out.ticks = ticks_of(f[2]);
    out.zone = f.substr(4);
    return out.ticks != 0 && plain(kind::instants);
  }
  if (f.size() == 3 && f.substr(0, 2) == "tD") {
    out.ticks = ticks_of(f[2]);
    return out.ticks != 0 && plain(kind::spans);
  }
  if (f.substr(0, 2) == "d:") {
    int precision = 0;
    int width = 128;
    const char* at = f.data() + 2;
    const char* const end = f.data() + f.size();
    auto parsed = std::from_chars(at, end, precision);
    if (parsed.ec != std::errc() || parsed.ptr == end) return false;
    parsed = std::from_chars(parsed.ptr + 1, end, out.scale);
    if (parsed.ec != std::errc()) return false;
    if (parsed.ptr != end) std::from_chars(parsed.ptr + 1, end, width);
    out.width = width / 8;
    return (width == 32 || width == 64 || width == 128) && plain(kind::decimal);
  }
  return false;
}

std::int64_t width_of(kind k, int decimal_width) {
  switch (k) {
    case kind::i8:
    case kind::u8:
    case kind::bytes_as_bool:
      return 1;
    case kind::i16:
    case kind::u16:
    case kind::f16:
      return 2;
    case kind::i32:
    case kind::u32:
    case kind::f32:
    case kind::days:
    case kind::text:
      return 4;
    case kind::i64:
    case kind::u64:
    case kind::f64:
    case kind::instants:
    case kind::spans:
    case kind::large_text:
      return 8;
    case kind::text_view:
      return 16;
    case kind::decimal:
      return decimal_width;
    default:
      return 0;
  }
}

bool is_index(kind k) { return k >= kind::i8 && k <= kind::u64; }

chunk to_chunk(const ArrowArray& array, const column& type, kind stored, std::int64_t skipped,
               std::int64_t rows, const std::shared_ptr<const void>& owner) {
  chunk part;
  part.rows = rows;
  part.owner = owner;
  part.first_bit = array.offset + skipped;
  if (stored == kind::null) return part;
  if (array.n_buffers > 0 && array.null_count != 0) {
    part.validity = static_cast<const std::uint8_t*>(array.buffers[0]);
  }
  if (array.n_buffers < 2) return part;
  part.values = array.buffers[1];
  if (part.values != nullptr && stored != kind::bits) {
    part.values = static_cast<const char*>(part.values) +
                  (array.offset + skipped) * width_of(stored, type.width);
  }
  if (stored == kind::text || stored == kind::large_text) {
    part.text = static_cast<const char*>(array.buffers[2]);
    static constexpr std::int64_t nothing[2] = {};
    if (part.values == nullptr) part.values = nothing;  // a column without rows may have no offsets
  }
  if (stored == kind::text_view) part.pieces = array.buffers + 2;
  return part;
}

/// The name of the extension type of a schema; empty where it is none. Metadata is a number of
/// pairs, then of each the length and the bytes of key and value.
std::string_view extension_of(const ArrowSchema& schema) {
  const char* at = schema.metadata;
  if (at == nullptr) return {};
  const auto number = [&] {
    std::int32_t n = 0;
    std::memcpy(&n, at, 4);
    at += 4;
    return n;
  };
  const auto text = [&] {
    const auto length = static_cast<std::size_t>(number());
    const std::string_view out(at, length);
    at += length;
    return out;
  };
  for (std::int32_t pairs = number(); pairs > 0; --pairs) {
    const std::string_view key = text();
    const std::string_view value = text();
    if (key == "ARROW:extension:name") return value;
  }
  return {};
}

column type_of(const ArrowSchema& schema, const std::string& name) {
  column out;
  out.name = name;
  // What is stored means something else there: ordinals of months, codes.
  const std::string_view extension = extension_of(schema);
  if (!extension.empty() && extension != "arrow.json" && extension != "arrow.bool8") {
    refuse(name, "Arrow extension type \"" + std::string(extension) + "\" is not read here");
  }
  const ArrowSchema& values = schema.dictionary != nullptr ? *schema.dictionary : schema;
  if (!read_format(values.format, out)) {
    refuse(name, "Arrow type \"" + std::string(values.format) + "\" is not read here");
  }
  if (schema.dictionary != nullptr) {
    column index;
    if (!read_format(schema.format, index) || !is_index(index.type)) {
      refuse(name, "a dictionary with indices of type \"" + std::string(schema.format) + "\"");
    }
    if (schema.dictionary->dictionary != nullptr) refuse(name, "a dictionary of a dictionary");
  }
  return out;
}

/// Appends the rows [skipped, skipped + rows) of an array. A dictionary may differ by chunk.
void append(column& out, const ArrowSchema& schema, const ArrowArray& array, std::int64_t skipped,
            std::int64_t rows, const std::shared_ptr<const void>& owner) {
  if (schema.dictionary == nullptr) {
    out.chunks.push_back(to_chunk(array, out, out.type, skipped, rows, owner));
  } else {
    column index;
    read_format(schema.format, index);
    chunk part = to_chunk(array, index, index.type, skipped, rows, owner);
    part.index = index.type;
    auto dictionary = std::make_shared<column>(type_of(*schema.dictionary, out.name));
    append(*dictionary, *schema.dictionary, *array.dictionary, 0, array.dictionary->length, owner);
    part.dictionary = std::move(dictionary);
    out.chunks.push_back(std::move(part));
  }
  out.rows += rows;
}

void require_whole_rows(const ArrowArray& table) {
  if (table.null_count > 0) throw py::type_error("rows of a table that are missing as a whole");
}

bool is_struct(const ArrowSchema& schema) { return std::string_view(schema.format) == "+s"; }

py::capsule capsule_of(const py::object& from, const char* wanted) {
  if (!PyCapsule_CheckExact(from.ptr())) {
    throw py::type_error("an Arrow object gave no capsule but a value of type " +
                         std::string(Py_TYPE(from.ptr())->tp_name));
  }
  auto capsule = py::reinterpret_borrow<py::capsule>(from);
  if (std::string_view(capsule.name() == nullptr ? "" : capsule.name()) != wanted) {
    throw py::type_error("an Arrow object gave another capsule than " + std::string(wanted));
  }
  return capsule;
}

/// Calls take(schema, array, owner) for each batch, and begin(schema) before.
template <class Begin, class Take>
void each_batch(const py::object& data, const std::string& name, const Begin& begin,
                const Take& take) {
  if (py::hasattr(data, "__arrow_c_stream__")) {
    const py::object held = data.attr("__arrow_c_stream__")();
    const py::capsule capsule = capsule_of(held, "arrow_array_stream");
    auto* stream = capsule.get_pointer<ArrowArrayStream>();
    const auto check = [&](int code) {
      if (code == 0) return;
      const char* why = stream->get_last_error(stream);
      throw py::value_error("column \"" + name + "\": its Arrow stream failed: " +
                            (why != nullptr ? why : "no reason given"));
    };
    schema_holder schema;
    check(stream->get_schema(stream, &schema.schema));
    begin(schema.schema);
    for (;;) {
      auto batch = std::make_shared<array_holder>();
      check(stream->get_next(stream, &batch->array));
      if (batch->array.release == nullptr) break;
      take(schema.schema, batch->array, std::shared_ptr<const void>(batch));
    }
    return;
  }
  if (!py::hasattr(data, "__arrow_c_array__")) {
    throw py::type_error("a value of type " + std::string(Py_TYPE(data.ptr())->tp_name) +
                         " where a table should be");
  }
  const py::object given = data.attr("__arrow_c_array__")();
  if (!PyTuple_Check(given.ptr()) || PyTuple_GET_SIZE(given.ptr()) != 2) {
    throw py::type_error("an Arrow object gave no pair of capsules");
  }
  const auto both = py::reinterpret_borrow<py::tuple>(given);
  const py::capsule schema_capsule = capsule_of(both[0], "arrow_schema");
  const py::capsule array_capsule = capsule_of(both[1], "arrow_array");
  schema_holder schema;  // moved out: the capsules release nothing twice
  std::swap(schema.schema, *schema_capsule.get_pointer<ArrowSchema>());
  auto batch = std::make_shared<array_holder>();
  std::swap(batch->array, *array_capsule.get_pointer<ArrowArray>());
  begin(schema.schema);
  take(schema.schema, batch->array, std::shared_ptr<const void>(batch));
}

column from_arrow(const py::object& data, const std::string& name) {
  column out;
  const ArrowSchema* first = nullptr;
  each_batch(
      data, name,
      [&](const ArrowSchema& schema) {
        first = &schema;
        if (!is_struct(schema)) {
          out = type_of(schema, name);
        } else if (schema.n_children == 1) {
          out = type_of(*schema.children[0], name);
        } else {
          refuse(name, "a table of " + std::to_string(schema.n_children) +
                           " columns stands where one column should");
        }
      },
      [&](const ArrowSchema& schema, const ArrowArray& array,
          const std::shared_ptr<const void>& owner) {
        if (is_struct(schema)) {
          require_whole_rows(array);
          append(out, *schema.children[0], *array.children[0], array.offset, array.length, owner);
        } else {
          append(out, schema, array, 0, array.length, owner);
        }
      });
  return out;
}

// ---- buffers
// -------------------------------------------------------------------------------------

kind kind_of_buffer(const py::buffer_info& info, const std::string& name) {
  std::string_view f = info.format;
  if (!f.empty() && (f[0] == '@' || f[0] == '=' || f[0] == '<')) f.remove_prefix(1);
  if (f.size() != 1) refuse(name, "memory of format \"" + info.format + "\" is not read here");
  const auto whole = [&](bool is_signed) {
    switch (info.itemsize) {
      case 1:
        return is_signed ? kind::i8 : kind::u8;
      case 2:
        return is_signed ? kind::i16 : kind::u16;
      case 4:
        return is_signed ? kind::i32 : kind::u32;
      default:
        return is_signed ? kind::i64 : kind::u64;
    }
  };
  switch (f[0]) {
    case '?':
      return kind::bytes_as_bool;
    case 'b':
    case 'h':
    case 'i':
    case 'l':
    case 'q':
    case 'n':
      return whole(true);
    case 'B':
    case 'H':
    case 'I':
    case 'L':
    case 'Q':
    case 'N':
      return whole(false);
    case 'e':
      return kind::f16;
    case 'f':
      return kind::f32;
    case 'd':
      return kind::f64;
    default:
      refuse(name, "memory of format \"" + info.format + "\" is not read here");
  }
}

/// The memory of a buffer in one piece; rows that lie apart are copied together.
chunk from_buffer(const py::buffer& data, const std::string& name, kind& type) {
  auto info = std::make_shared<py::buffer_info>(data.request());
  if (info->ndim != 1) {
    refuse(name, "an array of " + std::to_string(info->ndim) + " dimensions; one is needed");
  }
  type = kind_of_buffer(*info, name);
  chunk part;
  part.rows = info->shape[0];
  const auto size = static_cast<std::size_t>(info->itemsize);
  const bool aligned = reinterpret_cast<std::uintptr_t>(info->ptr) % size == 0;
  if (aligned && (part.rows < 2 || info->strides[0] == info->itemsize)) {
    part.values = info->ptr;
    // Released under the GIL, whoever drops the column.
    part.owner = std::shared_ptr<const void>(info->ptr, [info](const void*) mutable {
      const py::gil_scoped_acquire gil;
      info.reset();
    });
    return part;
  }
  auto copy = std::make_shared<std::vector<char>>(static_cast<std::size_t>(part.rows) * size);
  for (std::int64_t row = 0; row != part.rows; ++row) {
    std::memcpy(copy->data() + static_cast<std::size_t>(row) * size,
                static_cast<const char*>(info->ptr) + row * info->strides[0], size);
  }
  part.values = copy->data();
  part.owner = copy;
  return part;
}

// ---- sequences of Python objects
// -----------------------------------------------------------------

/// Rows that are made here, one after the other.
class column_maker {
 public:
  explicit column_maker(std::string name) { out_.name = std::move(name); }

  void add(const py::handle& given) {
    const py::object value = plain(given);
    if (is_missing(value)) {
      missing_.push_back(rows());
      pad();
      return;
    }
    const kind found = kind_of(value);
    if (type_ == kind::null) {
      begin(found);
    } else if (found != type_) {
      mix(found, value);
    }
    put(value);
  }
  column finish() {
    out_.type = type_;
    out_.rows = rows_;
    chunk part;
    part.rows = rows_;
    if (!missing_.empty()) {
      data_->valid.assign(static_cast<std::size_t>((rows_ + 7) / 8), 0xFF);
      for (const std::int64_t row : missing_) {
        data_->valid[static_cast<std::size_t>(row >> 3)] &=
            static_cast<std::uint8_t>(~(1U << (row & 7)));
      }
      part.validity = data_->valid.data();
    }
    switch (type_) {
      case kind::f64:
        part.values = data_->reals.data();
        break;
      case kind::bytes_as_bool:
        part.values = data_->flags.data();
        break;
      case kind::large_text:
        part.values = data_->ends.data();
        part.text = data_->bytes.data();
        break;
      case kind::decimal:
        scale_decimals();
        part.values = data_->decimals.data();
        break;
      case kind::null:
        break;
      default:
        part.values = data_->wholes.data();
    }
    part.owner = data_;
    out_.chunks.push_back(std::move(part));
    return std::move(out_);
  }

 private:
  std::int64_t rows() const { return rows_; }
  static bool is_missing(const py::handle& value) {
    if (value.is_none()) return true;
    if (PyFloat_Check(value.ptr())) return std::isnan(PyFloat_AS_DOUBLE(value.ptr()));
    if (is_decimal(value)) return value.attr("is_nan")().cast<bool>();
    const auto type = std::string_view(Py_TYPE(value.ptr())->tp_name);
    return type == "NAType" || type == "NaTType" || type.ends_with(".NAType") ||
           type.ends_with(".NaTType");
  }
  static bool is_type(const py::handle& value, std::string_view name) {
    return std::string_view(Py_TYPE(value.ptr())->tp_name) == name;
  }
  /// Scalars of NumPy that are no numbers as objects of Python itself; None for NaT.
  static py::object plain(const py::handle& value) {
    if (is_type(value, "numpy.bool") || is_type(value, "numpy.bool_")) return value.attr("item")();
    if (is_type(value, "numpy.datetime64")) {
      return value.attr("astype")("datetime64[us]").attr("item")();
    }
    if (is_type(value, "numpy.timedelta64")) {
      return value.attr("astype")("timedelta64[us]").attr("item")();
    }
    return py::reinterpret_borrow<py::object>(value);
  }
  static bool is_decimal(const py::handle& value) { return is_type(value, "decimal.Decimal"); }
  kind kind_of(const py::handle& value) const {
    if (PyBool_Check(value.ptr())) return kind::bytes_as_bool;
    if (PyLong_Check(value.ptr())) return kind::i64;
    if (PyFloat_Check(value.ptr())) return kind::f64;
    if (PyUnicode_Check(value.ptr())) return kind::large_text;
    if (py::isinstance(value, datetime_)) return kind::instants;
    if (py::isinstance(value, date_)) return kind::instants;
    if (py::isinstance(value, timedelta_)) return kind::spans;
    if (is_decimal(value)) return kind::decimal;
    if (PyIndex_Check(value.ptr())) return kind::i64;
    if (py::hasattr(value, "__float__")) return kind::f64;
    refuse(out_.name, "row " + std::to_string(rows() + 1) + ": a value of type " +
                          std::string(Py_TYPE(value.ptr())->tp_name));
  }
  void begin(kind type) {
    type_ = type;
    const std::int64_t before = rows_;
    rows_ = 0;
    if (type == kind::large_text) data_->ends.push_back(0);
    for (std::int64_t i = 0; i != before; ++i) pad();
    if (type == kind::instants || type == kind::spans) out_.ticks = 1'000'000;
  }
  // Whole numbers among reals become reals, among decimals decimals; everything else does not mix.
  void mix(kind found, const py::handle& value) {
    if (type_ == kind::decimal && found == kind::i64) return;
    if (type_ == kind::i64 && found == kind::decimal) {
      data_->decimals.assign(data_->wholes.begin(), data_->wholes.end());
      exponents_.assign(data_->wholes.size(), 0);
      type_ = kind::decimal;
      return;
    }
    if (type_ == kind::f64 && found == kind::i64) return;
    if (type_ == kind::i64 && found == kind::f64) {
      data_->reals.assign(data_->wholes.begin(), data_->wholes.end());
      type_ = kind::f64;
      return;
    }
    refuse(out_.name, "row " + std::to_string(rows() + 1) + ": a value of type " +
                          std::string(Py_TYPE(value.ptr())->tp_name) + " among others of type " +
                          out_named(type_));
  }
  static std::string out_named(kind k) {
    column c;
    c.type = k;
    return c.type_text();
  }
  void pad() {
    ++rows_;
    switch (type_) {
      case kind::f64:
        data_->reals.push_back(0);
        break;
      case kind::bytes_as_bool:
        data_->flags.push_back(0);
        break;
      case kind::large_text:
        data_->ends.push_back(data_->ends.back());
        break;
      case kind::decimal:
        data_->decimals.push_back(0);
        exponents_.push_back(0);
        break;
      case kind::null:
        break;
      default:
        data_->wholes.push_back(0);
    }
  }
  void put(const py::handle& value) {
    ++rows_;
    switch (type_) {
      case kind::f64:
        data_->reals.push_back(py::float_(py::reinterpret_borrow<py::object>(value)));
        break;
      case kind::bytes_as_bool:
        data_->flags.push_back(value.ptr() == Py_True ? 1 : 0);
        break;
      case kind::large_text: {
        Py_ssize_t length = 0;
        const char* text = PyUnicode_AsUTF8AndSize(value.ptr(), &length);
        if (text == nullptr) throw py::error_already_set();
        data_->bytes.append(text, static_cast<std::size_t>(length));
        data_->ends.push_back(static_cast<std::int64_t>(data_->bytes.size()));
        break;
      }
      case kind::instants:
        data_->wholes.push_back(instant_of(value));
        break;
      case kind::spans:
        data_->wholes.push_back(microseconds_of(py::reinterpret_borrow<py::object>(value)));
        break;
      case kind::decimal:
        put_decimal(value);
        break;
      default: {
        const auto index = py::reinterpret_steal<py::object>(PyNumber_Index(value.ptr()));
        if (!index) throw py::error_already_set();
        int beyond = 0;
        const long long whole = PyLong_AsLongLongAndOverflow(index.ptr(), &beyond);
        if (beyond != 0) {
          refuse(out_.name, "row " + std::to_string(rows_) + ": " +
                                py::str(index).cast<std::string>() + " leaves 64 bits");
        }
        data_->wholes.push_back(whole);
      }
    }
  }
  std::int64_t microseconds_of(const py::object& delta) const {
    return delta.attr("days").cast<std::int64_t>() * 86'400'000'000 +
           delta.attr("seconds").cast<std::int64_t>() * 1'000'000 +
           delta.attr("microseconds").cast<std::int64_t>();
  }
  std::int64_t instant_of(const py::handle& value) {
    py::object when = py::reinterpret_borrow<py::object>(value);
    if (!py::isinstance(value, datetime_)) {  // a date: its first instant
      const auto ordinal = when.attr("toordinal")().cast<std::int64_t>();
      return (ordinal - 719'163) * 86'400'000'000;
    }
    const bool zoned = !when.attr("utcoffset")().is_none();
    if (zoned != zoned_.value_or(zoned)) {
      refuse(out_.name, "row " + std::to_string(rows_) + ": times with a zone among times without");
    }
    zoned_ = zoned;
    if (zoned) {
      when = when.attr("astimezone")(utc_).attr("replace")(py::arg("tzinfo") = py::none());
      out_.zone = "UTC";
    }
    return microseconds_of(when - epoch_);
  }

  [[noreturn]] void refuse_decimal(std::int64_t row, const std::string& what) const {
    refuse(out_.name, "row " + std::to_string(row) + ": " + what + ": at most 38 digits are kept");
  }
  void put_decimal(const py::handle& value) {
    if (!is_decimal(value)) {
      data_->decimals.push_back(value.cast<std::int64_t>());
      exponents_.push_back(0);
      return;
    }
    const py::tuple parts = value.attr("as_tuple")();
    const auto shown = [&] { return py::str(value).cast<std::string>(); };
    if (!PyLong_Check(parts[2].ptr())) refuse_decimal(rows_, shown());
    __int128 digits = 0;
    for (const py::handle digit : parts[1]) {
      if (__builtin_mul_overflow(digits, 10, &digits)) refuse_decimal(rows_, shown());
      digits += digit.cast<int>();
    }
    data_->decimals.push_back(parts[0].cast<int>() != 0 ? -digits : digits);
    exponents_.push_back(parts[2].cast<int>());
  }
  // All to the places of the one with most of them.
  void scale_decimals() {
    const auto least = std::min_element(exponents_.begin(), exponents_.end());
    out_.scale = (std::max)(0, -*least);
    out_.width = 16;
    for (std::size_t i = 0; i != exponents_.size(); ++i) {
      __int128& digits = data_->decimals[i];
      for (int up = exponents_[i] + out_.scale; up > 0 && digits != 0; --up) {
        if (__builtin_mul_overflow(digits, 10, &digits)) {
          refuse_decimal(static_cast<std::int64_t>(i) + 1, "too large beside the others");
        }
      }
    }
  }

  // What outlives this object; no Python objects, for it may be dropped without the GIL.
  struct memory {
    std::vector<std::int64_t> wholes;
    std::vector<__int128> decimals;
    std::vector<double> reals;
    std::vector<char> flags;
    std::vector<std::int64_t> ends;
    std::string bytes;
    std::vector<std::uint8_t> valid;
  };
  column out_;
  kind type_ = kind::null;
  std::int64_t rows_ = 0;
  std::optional<bool> zoned_;
  std::shared_ptr<memory> data_ = std::make_shared<memory>();
  std::vector<std::int64_t> missing_;
  std::vector<int> exponents_;  ///< of decimals
  py::module_ module_ = py::module_::import("datetime");
  py::object datetime_ = module_.attr("datetime");
  py::object date_ = module_.attr("date");
  py::object timedelta_ = module_.attr("timedelta");
  py::object utc_ = module_.attr("timezone").attr("utc");
  py::object epoch_ = datetime_(1970, 1, 1);
};

}  // namespace

std::string column::type_text() const {
  switch (type) {
    case kind::null:
      return "null";
    case kind::bits:
    case kind::bytes_as_bool:
      return "boolean";
    case kind::i8:
      return "int8";
    case kind::i16:
      return "int16";
    case kind::i32:
      return "int32";
    case kind::i64:
      return "int64";
    case kind::u8:
      return "uint8";
    case kind::u16:
      return "uint16";
    case kind::u32:
      return "uint32";
    case kind::u64:
      return "uint64";
    case kind::f16:
      return "float16";
    case kind::f32:
      return "float32";
    case kind::f64:
      return "float64";
    case kind::decimal:
      return "decimal with " + std::to_string(scale) + " places";
    case kind::text:
    case kind::large_text:
    case kind::text_view:
      return "text";
    case kind::days:
      return "date";
    case kind::instants:
      return "timestamp";
    case kind::spans:
      return "duration";
  }
  return "unknown";
}

void require_rows(const column& c, const column& other) {
  if (c.rows == other.rows) return;
  throw py::value_error("column \"" + c.name + "\" has " + std::to_string(c.rows) + " rows, \"" +
                        other.name + "\" has " + std::to_string(other.rows));
}

column to_column(const py::object& data, const std::string& name) {
  if (py::hasattr(data, "__arrow_c_stream__") || py::hasattr(data, "__arrow_c_array__")) {
    return from_arrow(data, name);
  }
  if (PyObject_CheckBuffer(data.ptr()) != 0 && !PyBytes_Check(data.ptr())) {
    column out;
    out.name = name;
    out.chunks.push_back(from_buffer(py::reinterpret_borrow<py::buffer>(data), name, out.type));
    out.rows = out.chunks.front().rows;
    return out;
  }
  if (PyUnicode_Check(data.ptr()) || PyBytes_Check(data.ptr()) || PyDict_Check(data.ptr()) ||
      PyAnySet_Check(data.ptr()) || !py::isinstance<py::iterable>(data)) {
    refuse(name, "a value of type " + std::string(Py_TYPE(data.ptr())->tp_name) +
                     "; a column is an array, a series or a list");
  }
  column_maker rows(name);
  for (const py::handle value : data) rows.add(value);
  return rows.finish();
}

column times_of(const py::buffer& data, const std::string& name, bool is_span, std::int64_t ticks,
                const std::string& zone) {
  column out;
  out.name = name;
  kind stored = kind::null;
  chunk part = from_buffer(data, name, stored);
  if (stored != kind::i64) refuse(name, "times must be whole numbers of 64 bits");
  out.type = is_span ? kind::spans : kind::instants;
  out.ticks = ticks;
  out.zone = zone;
  out.rows = part.rows;
  // NaT is the smallest number: the bits of the others are kept beside.
  const auto* values = static_cast<const std::int64_t*>(part.values);
  std::shared_ptr<std::vector<std::uint8_t>> valid;
  for (std::int64_t row = 0; row != part.rows; ++row) {
    if (values[row] != (std::numeric_limits<std::int64_t>::min)()) continue;
    if (!valid) {
      valid = std::make_shared<std::vector<std::uint8_t>>(
          static_cast<std::size_t>((part.rows + 7) / 8), std::uint8_t{0xFF});
    }
    (*valid)[static_cast<std::size_t>(row >> 3)] &= static_cast<std::uint8_t>(~(1U << (row & 7)));
  }
  if (valid) {
    part.validity = valid->data();
    part.owner = std::make_shared<std::pair<std::shared_ptr<const void>, decltype(valid)>>(
        part.owner, valid);
  }
  out.chunks.push_back(std::move(part));
  return out;
}

std::vector<column> to_columns(const py::object& table, const std::vector<std::string>& names) {
  std::vector<column> out;
  std::vector<std::int64_t> places;
  each_batch(
      table, "table",
      [&](const ArrowSchema& schema) {
        if (!is_struct(schema)) throw py::type_error("a table is needed, not one column");
        std::string missing;
        for (const std::string& name : names) {
          std::int64_t place = 0;
          while (place != schema.n_children && name != schema.children[place]->name) ++place;
          if (place == schema.n_children) {
            missing += (missing.empty() ? "\"" : ", \"") + name + "\"";
            continue;
          }
          places.push_back(place);
          out.push_back(type_of(*schema.children[place], name));
        }
        if (missing.empty()) return;
        std::string there;
        for (std::int64_t i = 0; i != schema.n_children; ++i) {
          there += (i == 0 ? "" : ", ") + std::string(schema.children[i]->name);
        }
        throw py::key_error("no column " + missing + "; there are " + there);
      },
      [&](const ArrowSchema& schema, const ArrowArray& array,
          const std::shared_ptr<const void>& owner) {
        require_whole_rows(array);
        for (std::size_t i = 0; i != out.size(); ++i) {
          const auto place = static_cast<std::size_t>(places[i]);
          append(out[i], *schema.children[place], *array.children[place], array.offset,
                 array.length, owner);
        }
      });
  return out;
}

}  // namespace crmetrics::python
