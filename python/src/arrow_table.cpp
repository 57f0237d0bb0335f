#include "arrow_table.hpp"

#include "arrow_abi.hpp"

#include <utility>

namespace crmetrics::python {

/// Makes the C structs. Each owns what hangs below it, and keeps the table.
struct exporter {
  using shared = std::shared_ptr<const arrow_table>;

  struct schema_memory {
    shared table;
    std::vector<ArrowSchema> children;
    std::vector<ArrowSchema*> places;
  };
  struct array_memory {
    shared table;
    const void* none[1] = {nullptr};
    std::vector<ArrowArray> children;
    std::vector<ArrowArray*> places;
    std::vector<std::vector<const void*>> buffers;
  };
  struct stream_memory {
    shared table;
    bool given = false;
  };

  static void release_child(ArrowSchema* s) { s->release = nullptr; }
  static void release_child(ArrowArray* a) { a->release = nullptr; }
  // Whoever takes a child away marks it as released; the others are ours to release.
  template <class Memory, class T>
  static void release_all(T* t) {
    for (std::int64_t i = 0; i != t->n_children; ++i) {
      if (t->children[i]->release != nullptr) t->children[i]->release(t->children[i]);
    }
    delete static_cast<Memory*>(t->private_data);
    t->release = nullptr;
  }

  static void fill(const shared& table, ArrowSchema& out) {
    auto* memory = new schema_memory{table, {}, {}};
    memory->children.resize(table->columns_.size());
    for (std::size_t i = 0; i != memory->children.size(); ++i) {
      ArrowSchema& child = memory->children[i];
      child = {};
      child.format = table->columns_[i]->format_.c_str();
      child.name = table->columns_[i]->name_.c_str();
      child.flags = 2;  // may hold missing values
      child.release = [](ArrowSchema* s) { release_child(s); };
      memory->places.push_back(&child);
    }
    out = {};
    out.format = "+s";
    out.name = "";
    out.n_children = static_cast<std::int64_t>(memory->children.size());
    out.children = memory->places.data();
    out.private_data = memory;
    out.release = [](ArrowSchema* s) { release_all<schema_memory>(s); };
  }

  static void fill(const shared& table, ArrowArray& out) {
    auto* memory = new array_memory;
    memory->table = table;
    memory->children.resize(table->columns_.size());
    memory->buffers.resize(table->columns_.size());
    for (std::size_t i = 0; i != memory->children.size(); ++i) {
      const arrow_table::filled& c = *table->columns_[i];
      auto& buffers = memory->buffers[i];
      buffers.push_back(c.missing_ == 0 ? nullptr : c.valid_.data());
      if (c.format_ == "u") buffers.push_back(c.ends_.data());
      buffers.push_back(c.bytes_.data());
      ArrowArray& child = memory->children[i];
      child = {};
      child.length = c.rows_;
      child.null_count = c.missing_;
      child.n_buffers = static_cast<std::int64_t>(buffers.size());
      child.buffers = buffers.data();
      child.release = [](ArrowArray* a) { release_child(a); };
      memory->places.push_back(&child);
    }
    out = {};
    out.length = table->rows();
    out.n_buffers = 1;
    out.buffers = memory->none;
    out.n_children = static_cast<std::int64_t>(memory->children.size());
    out.children = memory->places.data();
    out.private_data = memory;
    out.release = [](ArrowArray* a) { release_all<array_memory>(a); };
  }

  static void fill(const shared& table, ArrowArrayStream& out) {
    out = {};
    out.private_data = new stream_memory{table};
    out.get_schema = [](ArrowArrayStream* s, ArrowSchema* to) {
      fill(static_cast<stream_memory*>(s->private_data)->table, *to);
      return 0;
    };
    out.get_next = [](ArrowArrayStream* s, ArrowArray* to) {
      auto* memory = static_cast<stream_memory*>(s->private_data);
      if (memory->given) {
        *to = {};
      } else {
        memory->given = true;
        fill(memory->table, *to);
      }
      return 0;
    };
    out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
    out.release = [](ArrowArrayStream* s) {
      delete static_cast<stream_memory*>(s->private_data);
      s->release = nullptr;
    };
  }
};

namespace {

// Whoever uses a capsule moves the struct out, or leaves it here to be released.
template <class Struct>
py::capsule capsule_with(const std::shared_ptr<const arrow_table>& table, const char* name) {
  auto* content = new Struct;
  exporter::fill(table, *content);
  return py::capsule(content, name, [](PyObject* capsule) {
    auto* held = static_cast<Struct*>(PyCapsule_GetPointer(capsule, PyCapsule_GetName(capsule)));
    if (held->release != nullptr) held->release(held);
    delete held;
  });
}

}  // namespace

py::capsule arrow_table::stream(std::shared_ptr<const arrow_table> table) {
  return capsule_with<ArrowArrayStream>(table, "arrow_array_stream");
}
py::capsule arrow_table::schema(std::shared_ptr<const arrow_table> table) {
  return capsule_with<ArrowSchema>(table, "arrow_schema");
}

}  // namespace crmetrics::python
