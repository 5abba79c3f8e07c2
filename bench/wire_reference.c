/* SPDX-License-Identifier: Apache-2.0
 * The least a C client of libnfs needs for what a full run of the storage probe does: the peer of
 * bench/wire.sh. Usage: wire_reference ADDRESS NFS_PORT MOUNT_PORT VERSION EXPORT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <nfsc/libnfs.h>

static struct nfs_context *nfs;

static void need(int status, const char *what) {
  if (status >= 0) return;
  fprintf(stderr, "wire_reference: %s: %s\n", what, nfs_get_error(nfs));
  exit(1);
}

static struct nfsfh *create(const char *path) {
  struct nfsfh *file = NULL;
  need(nfs_open2(nfs, path, O_RDWR | O_CREAT | O_EXCL, 0600, &file), path);
  return file;
}

int main(int argc, char **argv) {
  char url[256], data[1024], back[1024];
  struct nfs_stat_64 st;
  struct nfs_statvfs_64 space;
  struct nfsfh *file;
  struct nfsdir *directory;
  struct nfsdirent *entry;
  const char *top = "/.sparkwarden", *own = "/.sparkwarden/reference";
  const char *first = "/.sparkwarden/reference/first", *second = "/.sparkwarden/reference/second";

  if (argc != 6) return 2;
  nfs = nfs_init_context();
  snprintf(url, sizeof url, "nfs://server/?nfsport=%s&mountport=%s&auto-traverse-mounts=0", argv[2],
           argv[3]);
  nfs_destroy_url(nfs_parse_url_incomplete(nfs, url));
  nfs_set_version(nfs, atoi(argv[4]));
  nfs_set_autoreconnect(nfs, 0);
  nfs_set_dircache(nfs, 0);
  nfs4_set_client_name(nfs, "wire-reference");
  memset(data, 'x', sizeof data);

  need(nfs_mount(nfs, argv[1], argv[5]), "mount");
  need(nfs_stat64(nfs, "/", &st), "stat");
  need(nfs_statvfs64(nfs, "/", &space), "statvfs");
  if (nfs_mkdir2(nfs, top, 01777) == -EEXIST) { /* of an earlier run */
  }
  need(nfs_mkdir2(nfs, own, 0770), "mkdir");
  file = create(first);
  need(nfs_pwrite(nfs, file, 0, sizeof data, data), "write");
  need(nfs_fsync(nfs, file), "fsync");
  need(nfs_pread(nfs, file, 0, sizeof back, back), "read");
  if (memcmp(data, back, sizeof data) != 0) return 1;
  need(nfs_close(nfs, file), "close");
  need(nfs_rename(nfs, first, second), "rename");
  need(nfs_close(nfs, create(first)), "close");
  need(nfs_rename(nfs, second, first), "replace");
  need(nfs_stat64(nfs, first, &st), "stat");
  need(nfs_opendir(nfs, own, &directory), "list");
  while ((entry = nfs_readdir(nfs, directory)) != NULL && strcmp(entry->name, "first") != 0) {
  }
  if (entry == NULL) return 1;
  nfs_closedir(nfs, directory);
  if (nfs_open2(nfs, first, O_RDWR | O_CREAT | O_EXCL, 0600, &file) != -EEXIST) return 1;
  need(nfs_unlink(nfs, first), "unlink");
  nfs_unlink(nfs, second); /* is not there, as in the probe */
  need(nfs_rmdir(nfs, own), "rmdir");
  nfs_umount(nfs);
  return 0;
}
