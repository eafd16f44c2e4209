#include "bench/duckdb.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace proofmark::bench {
namespace {

// The parts of duckdb.h (its stable C interface) that are used here.
struct ResultStorage {
  std::uint64_t counts[3];
  void* columns;
  char* message;
  void* data;
};
using Handle = void*;
constexpr int kBigint = 5, kUtinyint = 6, kUsmallint = 7;
constexpr std::size_t kChunkRows = 2048;

int type_of(snapshot::Physical physical) {
  switch (physical) {
    case snapshot::Physical::i64:
      return kBigint;
    case snapshot::Physical::u16:
      return kUsmallint;
    case snapshot::Physical::u8:
      return kUtinyint;
    default:
      throw std::runtime_error("a column of a width that the benchmark does not make");
  }
}

const char* sql_type(snapshot::Physical physical) {
  const int type = type_of(physical);
  return type == kBigint ? "BIGINT" : type == kUsmallint ? "USMALLINT" : "UTINYINT";
}

}  // namespace

struct DuckDb::Interface {
  Handle library = nullptr, database = nullptr, connection = nullptr;
  int (*open)(const char*, Handle*);
  int (*connect)(Handle, Handle*);
  int (*query)(Handle, const char*, ResultStorage*);
  void (*destroy_result)(ResultStorage*);
  const char* (*result_error)(ResultStorage*);
  std::uint64_t (*row_count)(ResultStorage*);
  std::uint64_t (*column_count)(ResultStorage*);
  char* (*value_varchar)(ResultStorage*, std::uint64_t, std::uint64_t);
  void (*free_memory)(void*);
  void (*disconnect)(Handle*);
  void (*close)(Handle*);
  int (*appender_create)(Handle, const char*, const char*, Handle*);
  int (*appender_destroy)(Handle*);
  int (*append_chunk)(Handle, Handle);
  Handle (*create_type)(int);
  void (*destroy_type)(Handle*);
  Handle (*create_chunk)(Handle*, std::uint64_t);
  void (*destroy_chunk)(Handle*);
  void (*reset_chunk)(Handle);
  void (*set_size)(Handle, std::uint64_t);
  Handle (*get_vector)(Handle, std::uint64_t);
  void* (*vector_data)(Handle);

  template <typename Function>
  void find(Function*& function, const char* name) {
    function = reinterpret_cast<Function*>(dlsym(library, name));
    if (function == nullptr) throw std::runtime_error(std::string("no function ") + name);
  }
  void find_all() {
    find(open, "duckdb_open");
    find(connect, "duckdb_connect");
    find(query, "duckdb_query");
    find(destroy_result, "duckdb_destroy_result");
    find(result_error, "duckdb_result_error");
    find(row_count, "duckdb_row_count");
    find(column_count, "duckdb_column_count");
    find(value_varchar, "duckdb_value_varchar");
    find(free_memory, "duckdb_free");
    find(disconnect, "duckdb_disconnect");
    find(close, "duckdb_close");
    find(appender_create, "duckdb_appender_create");
    find(appender_destroy, "duckdb_appender_destroy");
    find(append_chunk, "duckdb_append_data_chunk");
    find(create_type, "duckdb_create_logical_type");
    find(destroy_type, "duckdb_destroy_logical_type");
    find(create_chunk, "duckdb_create_data_chunk");
    find(destroy_chunk, "duckdb_destroy_data_chunk");
    find(reset_chunk, "duckdb_data_chunk_reset");
    find(set_size, "duckdb_data_chunk_set_size");
    find(get_vector, "duckdb_data_chunk_get_vector");
    find(vector_data, "duckdb_vector_get_data");
  }
};

DuckDb::DuckDb(std::unique_ptr<Interface> interface) : c_(std::move(interface)) {}

std::unique_ptr<DuckDb> DuckDb::open(const std::string& library, const std::string& database, std::string& problem) {
  auto c = std::make_unique<Interface>();
  c->library = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (c->library == nullptr) {
    problem = dlerror();
    return nullptr;
  }
  c->find_all();
  if (c->open(database.empty() ? nullptr : database.c_str(), &c->database) != 0 ||
      c->connect(c->database, &c->connection) != 0)
    throw std::runtime_error("DuckDB does not open `" + database + "`");
  return std::unique_ptr<DuckDb>(new DuckDb(std::move(c)));
}

DuckDb::~DuckDb() {
  c_->disconnect(&c_->connection);
  c_->close(&c_->database);
}

void DuckDb::load(const Resident& data) {
  const auto& columns = data.stream().columns;
  std::string fields;
  std::vector<Handle> types;
  for (const snapshot::Column& column : columns) {
    fields += (fields.empty() ? "" : ", ") + column.name + " " + sql_type(column.physical);
    types.push_back(c_->create_type(type_of(column.physical)));
  }
  query("CREATE TABLE requests (" + fields + ")");
  Handle appender = nullptr;
  c_->appender_create(c_->connection, nullptr, "requests", &appender);
  Handle chunk = c_->create_chunk(types.data(), types.size());
  for (std::size_t row = 0; row < data.rows(); row += kChunkRows) {
    const std::size_t rows = std::min(kChunkRows, data.rows() - row);
    c_->reset_chunk(chunk);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::size_t width = snapshot::width_bytes(columns[i].physical);
      std::memcpy(c_->vector_data(c_->get_vector(chunk, i)), columns[i].chunks.front().values + row * width,
                  rows * width);
    }
    c_->set_size(chunk, rows);
    if (c_->append_chunk(appender, chunk) != 0) throw std::runtime_error("DuckDB refuses rows");
  }
  c_->destroy_chunk(&chunk);
  c_->appender_destroy(&appender);
  for (Handle& type : types) c_->destroy_type(&type);
}

std::vector<std::vector<std::string>> DuckDb::query(const std::string& sql) {
  ResultStorage result{};
  if (c_->query(c_->connection, sql.c_str(), &result) != 0) {
    const std::string message = c_->result_error(&result);
    c_->destroy_result(&result);
    throw std::runtime_error(message);
  }
  std::vector<std::vector<std::string>> rows(c_->row_count(&result));
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::uint64_t column = 0; column < c_->column_count(&result); ++column) {
      char* text = c_->value_varchar(&result, column, r);
      rows[r].push_back(text == nullptr ? "null" : text);
      c_->free_memory(text);
    }
  c_->destroy_result(&result);
  return rows;
}

}  // namespace proofmark::bench
