// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_files.hpp"

#include <utility>

namespace sparkwarden::tests {

MemoryFiles::MemoryFiles(const std::map<std::string, std::string>& files) {
  for (const auto& [path, content] : files) put(path, content);
}

MemoryFiles& MemoryFiles::put(const std::string& path, std::string content) {
  files_[path] = std::move(content);
  for (std::size_t end = path.rfind('/'); end != 0 && end != std::string::npos;
       end = path.rfind('/', end - 1)) {
    directories_.insert(path.substr(0, end));
  }
  return *this;
}

MemoryFiles& MemoryFiles::put_directory(const std::string& path) {
  directories_.insert(path);
  return *this;
}

MemoryFiles& MemoryFiles::put_link(const std::string& path, std::string target) {
  links_[path] = std::move(target);
  return *this;
}

MemoryFiles& MemoryFiles::fail(const std::string& path,
                               io::FileTrouble trouble,
                               std::string detail) {
  errors_[path] = {trouble, path, std::move(detail)};
  return *this;
}

MemoryFiles& MemoryFiles::remove(const std::string& path) {
  files_.erase(path);
  links_.erase(path);
  errors_.erase(path);
  return *this;
}

tl::expected<std::string, io::FileError> MemoryFiles::read(const std::string& path,
                                                           std::size_t bytes_max) const {
  const auto failed = [&](io::FileTrouble trouble, std::string detail) {
    return tl::unexpected(io::FileError{trouble, path, std::move(detail)});
  };
  reads_.push_back(path);
  std::string at = path;
  for (int links = 0; links_.contains(at); ++links) {
    if (links == 40) {
      return failed(io::FileTrouble::symlink_loop, "Too many levels of symbolic links");
    }
    at = links_.at(at);
  }
  if (const auto error = errors_.find(at); error != errors_.end()) {
    return tl::unexpected(error->second);
  }
  if (directories_.contains(at)) return failed(io::FileTrouble::not_regular, "a directory");
  const auto file = files_.find(at);
  if (file == files_.end()) return failed(io::FileTrouble::missing, "No such file or directory");
  if (file->second.size() > bytes_max) {
    return failed(io::FileTrouble::too_large, "more than " + std::to_string(bytes_max) + " bytes");
  }
  return file->second;
}

std::optional<std::string> MemoryFiles::link_target(const std::string& path) const {
  const auto link = links_.find(path);
  return link == links_.end() ? std::nullopt : std::optional(link->second);
}

std::optional<bool> MemoryFiles::has_entries(const std::string& directory) const {
  if (!directories_.contains(directory)) return std::nullopt;
  const std::string above = directory + "/";
  const auto shown = [&](const std::string& path) {
    return path.starts_with(above) && !path.starts_with(above + "..");
  };
  for (const auto& [path, content] : files_) {
    if (shown(path)) return true;
  }
  for (const auto& [path, target] : links_) {
    if (shown(path)) return true;
  }
  return false;
}

}  // namespace sparkwarden::tests
