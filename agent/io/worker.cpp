// SPDX-License-Identifier: Apache-2.0
#include "agent/io/worker.hpp"

#include <boost/asio/thread_pool.hpp>

namespace sparkwarden::io {

boost::asio::any_io_executor worker() {
  static boost::asio::thread_pool pool(1);
  return pool.get_executor();
}

}  // namespace sparkwarden::io
