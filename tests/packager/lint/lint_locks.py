"""The specimen, or one rung of it, encrypted as a whole by AES-128."""

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from lint_mutations import Mutation, edit
from lint_specimen import Files

KEY, IV = bytes(range(16)), bytes(range(100, 116))
KEY_LINE = f'#EXT-X-KEY:METHOD=AES-128,URI="song.key",IV=0x{IV.hex()}'


def lock(content: bytes, key: bytes = KEY, iv: bytes = IV) -> bytes:
    padder, encryptor = PKCS7(128).padder(), Cipher(AES128(key), CBC(iv)).encryptor()
    return encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()


def locked(
    folder: str, *playlists: str, key_line: str = KEY_LINE, key: bytes = KEY, is_init_locked: bool = True
) -> Mutation:
    """A rung of which every file is encrypted; `key_line` says by what, in each of its playlists."""

    def mutate(files: Files) -> None:
        for name in [name for name in files if name.startswith(folder) and name.endswith((".m4s", ".mp4"))]:
            if is_init_locked or name.endswith(".m4s"):
                files[name] = lock(files[name])
        files[f"{folder}/song.key"] = key
        mark = "#EXT-X-MAP" if is_init_locked else "#EXTINF"
        for playlist in playlists or ("playlist.m3u8",):
            edit(f"{folder}/{playlist}", mark, f"{key_line}\n{mark}")(files)

    return mutate
