package exchange

import "strings"

// Fields of the national education database in the order of the Ministry's data description
// (October 2020), without those that it marks as dropped. They are the heads of the lists
// for its interface: a column of what is not known stays empty.
var (
	// truong_hoc: a school.
	nationalSchoolFields = strings.Fields(`MaTruongHoc TenTruongHoc NamHoc CapHoc LoaiHinhDaoTao ChuanQuocGia PbienKnsSkss LoaiHinhTruong ChuongTrinhGiaoDucCoBan CoChiBoDang ` +
		`CoHaTangTlhtPhuHopHskt CoLopKhongChuyen CongTacTuVanHocDuong CongTrinhVeSinh CtGdvsDoiTay DatChatLuongToiThieu DayNghePhoThong DiaChi DienLuoi ` +
		`DienThoai DienThoaiHieuTruong DienTich Email EmailHieuTruong Fax HieuTruong Hoc2BuoiNgay HocSinhBanTru HocSinhKhuyetTat HocSinhNoiTru ` +
		`KhaiThacInternetDayHoc KyNangSongGdxh MaDuAn MaHuyen MaKhuVuc MaLoaiTruong MaNhomCapHoc MaTinh MaVung MaVungKhoKhan MaXa NgayThanhLap NguonNuocSach ` +
		`SoDiemTruong SuDungMayTinhDayHoc TruongQuocTe ViTriBanDo VungDacBietKhoKhan Website TtGdtxHuongNghiep TtGdtxHuyen TtHtcdKhNhaVanHoa TtNnCoVonNuocNgoai ` +
		`MaLoaiTrungTam MaTrungTam TongSoCanBo TongSoHocSinh TongSoLopHoc`)
	// diem_truong: a site.
	nationalSiteFields = strings.Fields(`ClientId MaDiemTruong TenDiemTruong DienThoai DiaChi KhoangCach PhuongTien DienTich MaTinhThanh MaQuanHuyen`)
	// lop_hoc: a class.
	nationalClassFields = strings.Fields(`ClientId MaLopHoc TenLopHoc KhoiHoc MaGvcnDn MaGvcnCn PhanBan LopGhep LopChuyen BuoiHoc MaNn1 MaNn2 LopVnen LopBanTru SoBuoiTrenTuan LopGhepDoTuoi ` +
		`DsMonHoc MaNhomTuoiMn ThuTu IsCtCsgd IsCtgdmnMoi IsLopCoTreKhuyetTat IsDaiDienChaMeLop IsDaiDienChaMeTruong MaDiemTruong MaDanhMucTietHoc MaHeChuyen ` +
		`MaHocBanTru MaLopGhep IsTbdhToan IsTbdhTviet IsLopChuyenBiet IsCoHocSinhHocNghe IsLopGdtx MaHinhThucDaoTaoHocTap MaKieuLop MaLopDaoTaoBoiDuong ` +
		`MaLopHuongNghiepDayNghe MaSoTietNgoaiNgu1 MaSoTietNgoaiNgu2 MaChuongTrinhHocNn1 MaChuongTrinhHocNn2`)
	// hoc_sinh: a pupil.
	nationalStudentFields = strings.Fields(`ClientId MaHocSinh TenHocSinh HoTen MaDanToc MaTonGiao GioiTinh NgaySinh NoiSinh QueQuan AnhChanDung SoDthoaiCdinh SoDthoaiDdong Email DchiTmtru ` +
		`MaTthonTmtru MaPxaTmtru MaQhuyenTmtru MaTthanhTmtru DchiThtru MaTthonThtru MaPxaThtru MaQhuyenThtru MaTthanhThtru NhomMau KhuyetTat MaDtuongCsach ` +
		`TphanGdinh DtuongUuTien DoiVien NgayVaoDoi NoiVaoDoi DoanVien NgayVaoDoan NoiVaoDoan DangVien NgayVaoDang NoiVaoDang HoTenBo NgaySinhBo NgheNghiepBo ` +
		`SoDienThoaiBo NoiLamViecBo HoTenMe NgaySinhMe NgheNghiepMe SoDienThoaiMe NoiLamViecMe HoTenVc NgaySinhVc NgheNghiepVc SoDienThoaiVc NoiLamViecVc ` +
		`LoaiTamTru TenTthonTmtru TenTthonThtru SoCmnd NgayCapCmnd NoiCapCmnd HoTenNguoiGiamHo NgaySinhNguoiGiamHo NgheNghiepNguoiGiamHo SoDienThoaiNguoiGiamHo ` +
		`NoiLamViecNguoiGiamHo MaLoaiKhuyetTat MaKhuVuc MaQuocTich MaLopHuongNghiepDayNghe DanTocTheoGiayKhaiSinh LoaiNhapHoc MaLopHocDn MaLopHocCn HtHoTro ` +
		`HocKnsSkss KhoiHoc TrangThai ThoiDiemRoiTruong KiemTraSucKhoeDinhDuong TinhTrangDinhDuong NgayTrangThai ThuTu IsChaDt IsMeDt MaCongDan MaLyDoThoiHoc ` +
		`TenTat IsHocSinhTiengDanToc IsHocSongNgu IsHocSinhBanTruDanNuoi IsHocSinhNoiTruDanNuoi IsKhuyetTatKhongDanhGia IsNhuCauHoTroNngu IsTangCuongTviet ` +
		`IsHocSinhDtTroGiang IsHoNgheo IsHoTroNhaO IsCapTienHangThang IsCapGao IsHocLopMg5T IsHocCtgdCuaBo MaHocBanTru MaHinhThucHocTap IsHoTroAnTrua ` +
		`IsTuyenMoiMn IsHoTroChiPhiHocTap BanTru NoiTru PtdtBanTru NoiChuyenDi CoChuyenSangHocNghe ChuyenDenTuTinh ChuyenDenTuQuanHuyen ChuyenDiDenTinh ` +
		`ChuyenDiDenQuanHuyen`)
)
