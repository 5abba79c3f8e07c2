// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/trouble.hpp"

#include <cerrno>
#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::probes::storage {
namespace {

struct Answer {
  std::string name;
  io::StepEnd end;
  Trouble expected;
};

class Answers : public testing::TestWithParam<Answer> {};

TEST_P(Answers, MeanTheSameInBothVersions) {
  EXPECT_EQ(classify(GetParam().end), GetParam().expected);
}

io::StepEnd failed(std::string step, std::string symbol, int error = 0, std::string text = "") {
  return {.step = std::move(step),
          .ok = false,
          .symbol = std::move(symbol),
          .error = error,
          .text = std::move(text)};
}

INSTANTIATE_TEST_SUITE_P(
    Trouble,
    Answers,
    testing::Values(
        Answer{"fine", {.step = "mount"}, Trouble::none},
        Answer{"mount_v3_access", failed("mount", "MNT3ERR_ACCES", 13), Trouble::export_refused},
        Answer{"mount_v3_perm", failed("mount", "MNT3ERR_PERM", 1), Trouble::not_permitted},
        Answer{"mount_v3_noent", failed("mount", "MNT3ERR_NOENT", 2), Trouble::export_missing},
        Answer{"mount_v4_noent", failed("mount", "NFS4ERR_NOENT", 2), Trouble::export_missing},
        Answer{"mount_v4_access", failed("mount", "NFS4ERR_ACCESS", 13), Trouble::export_refused},
        Answer{
            "mount_v4_wrongsec", failed("mount", "NFS4ERR_WRONGSEC", 34), Trouble::not_permitted},
        Answer{
            "mount_v4_minor", failed("mount", "NFS4ERR_MINOR_VERS_MISMATCH", 34), Trouble::version},
        Answer{"create_v3_access", failed("create", "NFS3ERR_ACCES", 13), Trouble::denied},
        Answer{"create_v4_access", failed("create", "NFS4ERR_ACCESS", 13), Trouble::denied},
        Answer{"mkdir_v3_perm", failed("mkdir", "NFS3ERR_PERM", 1), Trouble::denied},
        Answer{"create_v3_rofs", failed("create", "NFS3ERR_ROFS", 30), Trouble::read_only},
        Answer{"write_v3_nospc", failed("write", "NFS3ERR_NOSPC", 14), Trouble::full},
        Answer{"write_v4_dquot", failed("write", "NFS4ERR_DQUOT", 34), Trouble::quota},
        Answer{"stat_v3_stale", failed("stat", "NFS3ERR_STALE", 116), Trouble::stale},
        Answer{"stat_v4_expired_handle", failed("stat", "NFS4ERR_FHEXPIRED", 34), Trouble::stale},
        Answer{"create_v4_grace", failed("create", "NFS4ERR_GRACE", 34), Trouble::grace},
        Answer{"read_v3_jukebox", failed("read", "NFS3ERR_JUKEBOX", 11), Trouble::grace},
        Answer{"write_v3_io", failed("write", "NFS3ERR_IO", 5), Trouble::other},
        Answer{"unknown_symbol", failed("write", "NFS4ERR_BRANDNEW", 5), Trouble::other},
        Answer{"own_timeout", failed("write", "TIMED_OUT", 110), Trouble::silent},
        Answer{"own_lost", failed("write", "CONNECTION_LOST", 14), Trouble::disconnected},
        Answer{"own_differs", failed("read", "DATA_DIFFERS", 5), Trouble::differs},
        Answer{
            "own_not_exclusive", failed("exclusive", "NOT_EXCLUSIVE", 5), Trouble::not_exclusive},
        Answer{"denied_rpc",
               failed("mount", "", 14, "RPC Packet not accepted by the server"),
               Trouble::not_permitted},
        Answer{"refused_port",
               failed("mount", "", 14, "rpc_service: socket error Connection refused(111)."),
               Trouble::refused},
        Answer{
            "hung_up", failed("stat", "", 14, "Socket failed with POLLHUP"), Trouble::disconnected},
        Answer{"not_nfs",
               failed("mount", "", 14, "Incoming PDU exceeds limit of 1052672 bytes."),
               Trouble::protocol},
        Answer{"garbage_body",
               failed("mount", "", 14, "Message rejected by server"),
               Trouble::protocol},
        Answer{"no_status_at_all",
               failed("stat", "", 34, "NFS: GETATTR of / failed with unknown nfs error(-34)"),
               Trouble::protocol},
        Answer{"garbage_record",
               failed("stat", "", 14, "Invalid/garbage pdu received from server. Closing socket"),
               Trouble::protocol},
        Answer{"number_only_full", failed("write", "", ENOSPC), Trouble::full},
        Answer{"number_only_missing", failed("mount", "", ENOENT), Trouble::export_missing},
        Answer{"number_only_refused", failed("mount", "", EACCES), Trouble::export_refused},
        Answer{"number_only_denied", failed("mkdir", "", EACCES), Trouble::denied},
        Answer{"nothing_known", failed("mount", "", 14), Trouble::other}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace sparkwarden::probes::storage
